package org.octroi.offer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An offer as its holder's editor sends it. What is wrong in it is said all at once, each with its
 * pointer, by {@link BodyReader}.
 *
 * @param slug its name, unique in the territory
 * @param holder the holder's slug
 * @param datasets their slugs
 * @param purposes DPV terms; none means any
 * @param reuserKinds who may ask; none means anybody
 * @param eligibility anyone or identified
 * @param approval automatic (where it is left out), one-reviewer or two-reviewers
 * @param fee null where it is free
 * @param validity how long an agreement lasts, ISO 8601; null where it has no end
 * @param form what is asked of whoever requests it
 * @param basis the legal basis of what it restricts, by its id
 * @param homologation the decision that approved a licence off the list
 * @param exclusive whether it is granted to one reuser at a time
 * @param grounds why, against each warning of the law
 */
record OfferBody(
    @Nullable String slug,
    @Nullable String holder,
    Wire.@Nullable Text title,
    @Nullable List<@Nullable String> datasets,
    Wire.@Nullable LicenceName licence,
    @Nullable TierBody tier,
    @Nullable List<@Nullable String> purposes,
    @Nullable List<@Nullable String> reuserKinds,
    @Nullable String eligibility,
    @Nullable String approval,
    Wire.@Nullable Owed fee,
    @Nullable String validity,
    @Nullable List<Wire.@Nullable Asked> form,
    @Nullable String basis,
    @Nullable String homologation,
    @Nullable Boolean exclusive,
    @Nullable List<Wire.@Nullable WrittenGround> grounds) {}
