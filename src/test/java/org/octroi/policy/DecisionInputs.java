package org.octroi.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.octroi.obligation.Obligations;
import org.octroi.policy.DecisionInput.Authentication;
import org.octroi.policy.DecisionInput.Grant;
import org.octroi.policy.DecisionInput.Resource;
import org.octroi.policy.DecisionInput.Subject;
import org.octroi.policy.DecisionInput.Tier;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.AgreementStatus;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TierName;

/** A question that the policy permits, and ways to depart from it by one thing. */
record DecisionInputs(DecisionInput input) {

  static final Instant MINUTE = Instant.parse("2026-11-24T10:15:00Z");

  static final Obligations PRO =
      new Obligations(
          Optional.of(sorted("district", "hour", "presence")),
          List.of(new Obligations.Mask("presence", Obligations.Mask.How.ROUND, 1)),
          List.of(
              new Obligations.RowCondition(
                  "district", Obligations.Operator.IN, List.of("centre", "la bastide « été »"))),
          Optional.of(new Obligations.Area(-0.64, 44.81, -0.53, 44.92)),
          Optional.of(Duration.ofHours(1)),
          Optional.of(Duration.ofDays(365)),
          OptionalLong.of(1000),
          OptionalLong.of(9_007_199_254_740_993L),
          Set.of(Format.JSON, Format.CSV),
          false);

  static DecisionInputs aQuestionUnderAnAgreement() {
    return new DecisionInputs(
        new DecisionInput(
            new Subject(
                Authentication.TOKEN,
                Optional.of(new ApplicationId(uuid(1))),
                true,
                Optional.of(ReuserKind.COMPANY),
                sorted()),
            new Grant(
                Optional.of(new AgreementId(uuid(2))),
                AgreementStatus.ACTIVE,
                new OfferId(uuid(3)),
                new LicenceVersionId(uuid(4)),
                new TreeSet<>(Set.of(new Purpose("ServiceProvision"))),
                Instant.parse("2026-01-01T00:00:00Z"),
                Optional.of(Instant.parse("2027-01-01T00:00:00Z")),
                Optional.empty(),
                new Tier(new TierName("pro"), PRO)),
            new Resource(
                new Slug("bordeaux"),
                new HolderId(uuid(5)),
                new DatasetId(uuid(6)),
                new Slug("presence"),
                new DistributionId(uuid(7)),
                Classification.CONTROLLED,
                sorted("SOCI"),
                sorted(),
                sorted("device", "district", "hour", "presence"),
                Set.of(Action.READ, Action.QUERY),
                Set.of(Format.JSON, Format.CSV),
                false),
            Action.QUERY,
            Format.JSON,
            sorted("district"),
            sorted("district:eq"),
            Optional.of(new Purpose("ServiceProvision")),
            MINUTE,
            "unknown",
            Channel.MACHINE));
  }

  DecisionInputs at(Instant minute) {
    DecisionInput i = input;
    return with(i, i.subject(), i.grant(), i.resource(), i.format(), i.columns(), minute);
  }

  DecisionInputs asking(String... columns) {
    DecisionInput i = input;
    return with(i, i.subject(), i.grant(), i.resource(), i.format(), sorted(columns), i.minute());
  }

  DecisionInputs as(Format format) {
    DecisionInput i = input;
    return with(i, i.subject(), i.grant(), i.resource(), format, i.columns(), i.minute());
  }

  DecisionInputs scoped(String... scopes) {
    DecisionInput i = input;
    Subject s = i.subject();
    return with(
        i,
        new Subject(
            s.authentication(),
            s.application(),
            s.applicationActive(),
            s.reuserKind(),
            sorted(scopes)),
        i.grant(),
        i.resource(),
        i.format(),
        i.columns(),
        i.minute());
  }

  DecisionInputs granted(AgreementStatus status) {
    return granting(
        g ->
            new Grant(
                g.agreement(),
                status,
                g.offer(),
                g.licenceVersion(),
                g.purposes(),
                g.validFrom(),
                g.validUntil(),
                g.reacceptBy(),
                g.tier()));
  }

  DecisionInputs between(Instant validFrom, Optional<Instant> validUntil) {
    return granting(
        g ->
            new Grant(
                g.agreement(),
                g.status(),
                g.offer(),
                g.licenceVersion(),
                g.purposes(),
                validFrom,
                validUntil,
                g.reacceptBy(),
                g.tier()));
  }

  DecisionInputs reacceptedBy(Instant deadline) {
    return granting(
        g ->
            new Grant(
                g.agreement(),
                g.status(),
                g.offer(),
                g.licenceVersion(),
                g.purposes(),
                g.validFrom(),
                g.validUntil(),
                Optional.of(deadline),
                g.tier()));
  }

  DecisionInputs demanding(Obligations obligations) {
    return granting(
        g ->
            new Grant(
                g.agreement(),
                g.status(),
                g.offer(),
                g.licenceVersion(),
                g.purposes(),
                g.validFrom(),
                g.validUntil(),
                g.reacceptBy(),
                new Tier(g.tier().name(), obligations)));
  }

  DecisionInputs paused() {
    DecisionInput i = input;
    Resource r = i.resource();
    return with(
        i,
        i.subject(),
        i.grant(),
        new Resource(
            r.territory(),
            r.holder(),
            r.dataset(),
            r.datasetSlug(),
            r.distribution(),
            r.classification(),
            r.themes(),
            r.flags(),
            r.columns(),
            r.actions(),
            r.formats(),
            true),
        i.format(),
        i.columns(),
        i.minute());
  }

  static SortedSet<String> sorted(String... texts) {
    return new TreeSet<>(Arrays.asList(texts));
  }

  private DecisionInputs granting(UnaryOperator<Grant> change) {
    DecisionInput i = input;
    return with(
        i, i.subject(), change.apply(i.grant()), i.resource(), i.format(), i.columns(), i.minute());
  }

  private static DecisionInputs with(
      DecisionInput i,
      Subject subject,
      Grant grant,
      Resource resource,
      Format format,
      SortedSet<String> columns,
      Instant minute) {
    return new DecisionInputs(
        new DecisionInput(
            subject,
            grant,
            resource,
            i.action(),
            format,
            columns,
            i.operators(),
            i.purpose(),
            minute,
            i.region(),
            i.channel()));
  }

  private static UUID uuid(int n) {
    return UUID.fromString("018f0000-0000-7000-8000-%012d".formatted(n));
  }
}
