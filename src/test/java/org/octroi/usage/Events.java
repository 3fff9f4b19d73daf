package org.octroi.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.octroi.usage.UsageEvent.Outcome;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.Channel;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.DistributionId;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceVersionId;
import org.octroi.vocabulary.OfferId;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.TerritoryId;
import org.octroi.vocabulary.TierName;

/** Builds events that speak the domain. */
final class Events {

  static final TerritoryId RENNES = TerritoryId.of("01900000-0000-7000-8000-000000000001");
  static final HolderId CITY = HolderId.of("01900000-0000-7000-8000-000000000002");
  static final DatasetId PARKS = DatasetId.of("01900000-0000-7000-8000-000000000003");
  static final DistributionId API = DistributionId.of("01900000-0000-7000-8000-000000000004");
  static final Instant TIME = Instant.parse("2026-11-24T23:15:30.123456Z");

  /** An application's query under its agreement. */
  static final Access AGREED =
      new Access(
          RENNES,
          CITY,
          PARKS,
          API,
          Optional.of("01900000-0000-7000-8000-000000000005"),
          Optional.of(ApplicationId.of("01900000-0000-7000-8000-000000000006")),
          Optional.of(OfferId.of("01900000-0000-7000-8000-000000000007")),
          Optional.of(AgreementId.of("01900000-0000-7000-8000-000000000008")),
          Optional.of(LicenceVersionId.of("01900000-0000-7000-8000-000000000009")),
          Optional.of(new TierName("pro")),
          Optional.of(new Purpose("ServiceProvision")),
          Action.QUERY,
          Format.GEOJSON,
          Channel.MACHINE,
          Optional.of("a".repeat(64)),
          Optional.of("b".repeat(64)),
          Optional.empty());

  /** One for all, as a gate has it for a shape that it remembers. */
  private static final PreparedAccess PREPARED = new PreparedAccess(AGREED);

  static final Access NOBODYS =
      new Access(
          RENNES,
          CITY,
          PARKS,
          API,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Action.READ,
          Format.JSON,
          Channel.HUMAN,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private Events() {}

  /** An agreed passage of ten rows and a thousand bytes. */
  static UsageEvent served(String requestId) {
    return event(requestId, 10, 1000, Outcome.COMPLETE, false);
  }

  /** So much has gone out so far. */
  static UsageEvent provisional(String requestId, long bytes) {
    return event(requestId, -1, bytes, Outcome.COMPLETE, true);
  }

  static UsageEvent event(
      String requestId, long rows, long bytes, Outcome outcome, boolean provisional) {
    return new UsageEvent(
        TIME,
        LocalDate.ofInstant(TIME, ZoneId.of("Europe/Paris")),
        requestId,
        PREPARED,
        200,
        List.of(),
        outcome,
        rows,
        bytes,
        1500,
        "eu-fr",
        42,
        "pseudonym-é",
        provisional);
  }

  /** An anonymous passage of somebody or something. */
  static UsageEvent by(Channel channel) {
    return at(TIME, "caller", new PreparedAccess(reached(PARKS, Optional.empty(), channel)), 200);
  }

  /** An access of nobody, or of a reuser by an application of theirs. */
  static Access reached(DatasetId dataset, Optional<String> reuser, Channel channel) {
    return new Access(
        RENNES,
        CITY,
        dataset,
        API,
        reuser,
        reuser.map(r -> AGREED.application().orElseThrow()),
        AGREED.offer(),
        Optional.empty(),
        AGREED.licenceVersion(),
        AGREED.tier(),
        Optional.empty(),
        Action.READ,
        Format.JSON,
        channel,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** A passage of ten rows and a thousand bytes where it was served with content. */
  static UsageEvent at(Instant time, String caller, PreparedAccess access, int status) {
    return new UsageEvent(
        time,
        LocalDate.ofInstant(time, ZoneId.of("Europe/Paris")),
        "request",
        access,
        status,
        status < 400 ? List.of() : List.of("rate-exceeded"),
        status < 400 ? Outcome.COMPLETE : Outcome.REFUSED,
        status == 200 ? 10 : -1,
        status == 200 ? 1000 : 0,
        1500,
        "eu-fr",
        42,
        caller,
        false);
  }

  /** The agreed access, but to another dataset or by another query. */
  static Access agreed(DatasetId dataset, Optional<String> queryShape) {
    Access of = AGREED;
    return new Access(
        of.territory(),
        of.holder(),
        dataset,
        of.distribution(),
        of.reuser(),
        of.application(),
        of.offer(),
        of.agreement(),
        of.licenceVersion(),
        of.tier(),
        of.purpose(),
        of.action(),
        of.format(),
        of.channel(),
        of.shapeHash(),
        of.policyRevision(),
        queryShape);
  }

  /** A passage whose query had this shape. */
  static UsageEvent queried(String requestId, String queryShape) {
    return with(served(requestId), agreed(PARKS, Optional.of(queryShape)), TIME);
  }

  /** The same passage by another access, at another time. */
  static UsageEvent with(UsageEvent event, Access access, Instant time) {
    return new UsageEvent(
        time,
        LocalDate.ofInstant(time, ZoneId.of("Europe/Paris")),
        event.requestId(),
        new PreparedAccess(access),
        event.status(),
        event.reasons(),
        event.outcome(),
        event.rows(),
        event.bytesOut(),
        event.latencyMicros(),
        event.region(),
        event.snapshotRevision(),
        event.pseudonym(),
        event.provisional());
  }

  /** An anonymous caller was refused. */
  static UsageEvent refused(String requestId) {
    return new UsageEvent(
        TIME,
        LocalDate.parse("2026-11-25"),
        requestId,
        new PreparedAccess(NOBODYS),
        403,
        List.of("not-permitted", "purpose-not-agreed"),
        Outcome.REFUSED,
        -1,
        312,
        90,
        "unknown",
        0,
        "",
        false);
  }
}
