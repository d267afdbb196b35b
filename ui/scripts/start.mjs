// Progressive enhancement only: every page works without it. Built by ui/build.sh from the parts that pages use.
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { ServiceNavigation } from "govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";
import { keepEntered } from "./keep.mjs";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
// The summary of errors is the last to ask for the focus, and so the one that has it.
for (const component of [
  Button, CharacterCount, Checkboxes, NotificationBanner, Radios, ServiceNavigation, SkipLink, Tabs, ErrorSummary,
]) {
  createAll(component);
}
keepEntered();
