"""The exchange under faults: all nodes in one process, on the code that real nodes run.

A *schedule* is one story from a seed: people sign, faults strike, everything heals, and what is left is looked at.
Only the outermost ports are replaced; signatures, seals, bundles, acts and PDFs are real.

- ``timeline``: what happens when, in milliseconds; ``clock``: that time as one node reads it, drifting and jumping.
- ``disk``: store, blobs and guard of one node (``memory_store``); a crash can strike at every durable write.
- ``network``: requests and answers as events, delayed, lost, repeated, reordered, cut.
- ``equipment``, ``papers``: keys, signers, time stamps, renderer; and what is signed.
- ``officers``: what people command; ``member``: one node with its disk, clock and people; ``company``: those of one dossier,
  and the stages up to the exchange; ``world``: a company on a timeline.
- ``faults``: what goes wrong in one schedule, drawn from its seed; ``story``: what people do; ``invariants``: what must hold.
- ``schedule`` runs one, ``campaign`` many; ``trace`` is what happened, line by line.

Everything random comes from ``random.Random(seed)`` of the schedule. Keys and signatures differ from run to run, and so
do all digests: nothing depends on their values or order, and none is printed. The same seed gives the same trace.
"""
