"""Consent tools that are known by their structure: where each keeps its buttons. Facts from looking at them, in own words.

`withdraw` is where a visitor who has chosen comes back to the choice. The first tool is Holdtrue's own banner.
"""

from typing import TypeAlias

Rule: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]


def _rule(name: str, **selectors: str) -> Rule:
    return name, tuple(selectors.items())


RULES: tuple[Rule, ...] = (
    _rule(
        "Holdtrue",
        accept="[data-holdtrue=accept]",
        refuse="[data-holdtrue=refuse]",
        settings="[data-holdtrue=settings]",
        save="[data-holdtrue=save]",
        withdraw="[data-holdtrue=withdraw]",
    ),
    _rule(
        "OneTrust",
        accept="#onetrust-accept-btn-handler, #accept-recommended-btn-handler",
        refuse="#onetrust-reject-all-handler, .ot-pc-refuse-all-handler",
        settings="#onetrust-pc-btn-handler",
        save="#onetrust-pc-sdk .save-preference-btn-handler",
        withdraw="#ot-sdk-btn, .ot-sdk-show-settings, .ot-floating-button__open",
    ),
    _rule(
        "Cookiebot",
        accept="#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll, #CybotCookiebotDialogBodyButtonAccept",
        refuse="#CybotCookiebotDialogBodyButtonDecline",
        settings="#CybotCookiebotDialogNavDetails, #CybotCookiebotDialogBodyLevelButtonCustomize",
        save="#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowallSelection",
        withdraw=(
            "#CookiebotWidget .CookiebotWidget-logo, [href*='Cookiebot.renew'], [onclick*='Cookiebot.renew']"
            ", [onclick*='Cookiebot.show']"
        ),
    ),
    _rule(
        "Didomi",
        accept="#didomi-notice-agree-button, #btn-toggle-agree",
        refuse="#didomi-notice-disagree-button, .didomi-continue-without-agreeing, #btn-toggle-disagree",
        settings="#didomi-notice-learn-more-button",
        save="#btn-toggle-save",
        withdraw="[href*='Didomi.preferences.show'], [onclick*='Didomi.preferences.show'], .didomi-preferences-link",
    ),
    _rule(
        "Usercentrics",
        accept="[data-testid=uc-accept-all-button], #accept.uc-accept-button",
        refuse="[data-testid=uc-deny-all-button], #deny.uc-deny-button",
        settings="[data-testid=uc-more-button], [data-testid=uc-customize-anchor]",
        save="[data-testid=uc-save-button]",
        withdraw="[data-testid=uc-privacy-button], [onclick*='UC_UI.show'], [href*='UC_UI.show'], #uc-banner-icon",
    ),
    _rule(
        "Klaro",
        accept=".klaro .cm-btn-accept-all, .klaro .cookie-notice .cm-btn-success",
        refuse=".klaro .cn-decline, .klaro .cm-btn-decline",
        settings=".klaro .cn-learn-more, .klaro .cm-link",
        save=".klaro .cookie-modal .cm-btn-accept:not(.cm-btn-accept-all)",
        withdraw="[onclick*='klaro.show'], [href*='klaro.show'], .open-klaro-modal",
    ),
    _rule(
        "tarteaucitron",
        accept="#tarteaucitronPersonalize2, #tarteaucitronAllAllowed",
        refuse="#tarteaucitronAllDenied2, #tarteaucitronAllDenied",
        settings="#tarteaucitronCloseAlert",
        withdraw="#tarteaucitronManager, #tarteaucitronIcon",
    ),
    _rule(
        "CookieConsent (vanilla)",
        accept="#cc-main [data-role=all], #cc-main .cm__btn[data-role=all], #c-p-bn",
        refuse="#cc-main [data-role=necessary], #c-s-bn",
        settings="#cc-main [data-role=show]",
        save="#cc-main .pm__btn[data-role=save]",
        withdraw="[data-cc=show-preferencesModal], [data-cc=c-settings]",
    ),
    _rule(
        "Cookie Consent (Osano)",
        accept=".cc-window .cc-allow, .cc-window .cc-accept-all, .osano-cm-accept-all",
        refuse=".cc-window .cc-deny, .osano-cm-denyAll, .osano-cm-deny",
        settings=".osano-cm-manage",
        save=".osano-cm-save",
        withdraw=".cc-revoke, .osano-cm-widget",
    ),
    _rule(
        "Complianz",
        accept=".cmplz-cookiebanner .cmplz-accept",
        refuse=".cmplz-cookiebanner .cmplz-deny",
        settings=".cmplz-cookiebanner .cmplz-view-preferences",
        save=".cmplz-cookiebanner .cmplz-save-preferences",
        withdraw="#cmplz-manage-consent .cmplz-manage-consent",
    ),
    _rule(
        "CookieYes",
        accept=".cky-btn-accept, #cookie_action_close_header",
        refuse=".cky-btn-reject, #cookie_action_close_header_reject",
        settings=".cky-btn-customize",
        save=".cky-btn-preferences",
        withdraw=".cky-btn-revisit-wrapper button, .cky-btn-revisit",
    ),
    _rule(
        "Borlabs",
        accept="#BorlabsCookieBox [data-cookie-accept-all], .brlbs-btn-accept-all",
        refuse="#BorlabsCookieBox [data-cookie-refuse], .brlbs-btn-accept-only-essential",
        settings="#BorlabsCookieBox [data-cookie-individual]",
        withdraw=".borlabs-cookie-preference, .brlbs-widget",
    ),
    _rule(
        "iubenda",
        accept=".iubenda-cs-accept-btn",
        refuse=".iubenda-cs-reject-btn",
        settings=".iubenda-cs-customize-btn",
        withdraw=".iubenda-tp-btn, .iubenda-cs-preferences-link",
    ),
    _rule(
        "Axeptio",
        accept="#axeptio_btn_acceptAll",
        refuse="#axeptio_btn_dismiss",
        settings="#axeptio_btn_configure",
        withdraw="#axeptio_main_button, [href*='openAxeptioCookies'], [onclick*='openAxeptioCookies']",
    ),
    _rule(
        "Quantcast",
        accept=".qc-cmp2-summary-buttons button[mode=primary]",
        refuse=".qc-cmp2-summary-buttons #disagree-btn",
        settings=".qc-cmp2-summary-buttons #more-options-btn",
        withdraw=".qc-cmp2-persistent-link, #qc-cmp2-persistent-link",
    ),
    _rule(
        "TrustArc",
        accept="#truste-consent-button",
        refuse="#truste-consent-required",
        settings="#truste-show-consent",
        withdraw="#teconsent a, #teconsent",
    ),
    _rule(
        "Termly",
        accept="[data-tid=banner-accept]",
        refuse="[data-tid=banner-decline]",
        settings="[data-tid=banner-preferences]",
        withdraw=".termly-display-preferences, [onclick*='displayPreferenceModal']",
    ),
    _rule(
        "CookieFirst",
        accept="[data-cookiefirst-action=accept]",
        refuse="[data-cookiefirst-action=reject]",
        settings="[data-cookiefirst-action=adjust]",
        save="[data-cookiefirst-action=save]",
    ),
    _rule(
        "Civic",
        accept="#ccc-notify-accept, #ccc-recommended-settings",
        refuse="#ccc-notify-reject, #ccc-reject-settings",
        withdraw="#ccc-icon, [onclick*='CookieControl.open']",
    ),
    _rule(
        "consentmanager",
        accept="#cmpwelcomebtnyes a, .cmpboxbtnyes",
        refuse="#cmpwelcomebtnno a, .cmpboxbtnno",
        save=".cmpboxbtnsave",
        withdraw="[href*='cmpscreen'], [onclick*='__cmp(']",
    ),
    _rule(
        "Funding Choices",
        accept=".fc-cta-consent, .fc-data-preferences-accept-all",
        refuse=".fc-cta-do-not-consent",
        settings=".fc-cta-manage-options",
        save=".fc-confirm-choices",
        withdraw="[onclick*='showRevocationMessage'], [href*='showRevocationMessage']",
    ),
    _rule("Sirdata", accept=".sd-cmp-JnaLO", settings=".sd-cmp-3_LLS"),
    _rule(
        "Real Cookie Banner",
        accept="a[data-rcb-button=accept_all]",
        refuse="a[data-rcb-button=accept_essentials]",
        withdraw=".rcb-sc-link-change, [href='#consent-change']",
    ),
    _rule(
        "Drupal EU Cookie Compliance",
        accept=".eu-cookie-compliance-banner .agree-button",
        refuse=".decline-button",
        withdraw=".eu-cookie-withdraw-tab",
    ),
    _rule(
        "Moove GDPR",
        accept=".moove-gdpr-infobar-allow-all",
        refuse=".moove-gdpr-infobar-reject-btn",
        settings=".moove-gdpr-infobar-settings-btn",
        save=".moove-gdpr-modal-save-settings",
        withdraw="#moove_gdpr_save_popup_settings_button, [href='#moove_gdpr_cookie_modal']",
    ),
    _rule(
        "Cookie Information",
        accept=".coi-banner__accept",
        refuse="#declineButton, .coi-banner__decline",
        save="#updateButton",
        withdraw="#Coi-Renew",
    ),
    _rule(
        "CookieScript",
        accept="#cookiescript_accept",
        refuse="#cookiescript_reject",
        settings="#cookiescript_manage",
        save="#cookiescript_save",
        withdraw="#cookiescript_badge, [data-cookiescript=badge]",
    ),
    _rule(
        "CookieHub",
        accept=".ch2-allow-all-btn",
        refuse=".ch2-deny-all-btn",
        settings=".ch2-open-settings-btn",
        save=".ch2-save-settings-btn",
        withdraw=".ch2-icon, [data-cookiehub=open]",
    ),
    _rule(
        "HubSpot", accept="#hs-eu-confirmation-button", refuse="#hs-eu-decline-button", settings="#hs-eu-cookie-settings-button"
    ),
    _rule(
        "Shopify",
        accept="#shopify-pc__banner__btn-accept",
        refuse="#shopify-pc__banner__btn-decline",
        settings="#shopify-pc__banner__btn-manage-prefs",
        save="#shopify-pc__prefs__header-save",
    ),
    _rule(
        "Wix",
        accept="[data-hook=ccsu-banner-accept-all]",
        refuse="[data-hook=ccsu-banner-decline-all]",
        settings="[data-hook=ccsu-banner-text-link], [data-hook=ccsu-banner-settings]",
    ),
    _rule(
        "Cookie Notice",
        accept="#cn-accept-cookie",
        refuse="#cn-refuse-cookie",
        withdraw=".cn-revoke-cookie, .cn-revoke-inline",
    ),
    _rule("Evidon", accept="#_evidon-accept-button", refuse="#_evidon-decline-button", settings="#_evidon-option-button"),
)
