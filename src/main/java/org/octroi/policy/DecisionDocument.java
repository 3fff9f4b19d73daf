package org.octroi.policy;

import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.stream.Stream;
import org.octroi.obligation.Obligations;
import org.octroi.policy.DecisionInput.Grant;
import org.octroi.policy.DecisionInput.Resource;
import org.octroi.policy.DecisionInput.Subject;
import org.octroi.vocabulary.Action;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Purpose;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a decision's input as the JSON document that the policy reads ({@code
 * policies/schema/input.json}). Equal inputs have the same text: members stand in one order and
 * sets are sorted, so that the text can be hashed.
 *
 * <p>The policy compares times as texts, since WebAssembly has no parser of times. So every time is
 * a whole minute of one fixed form, {@code 2026-11-24T10:15:00Z}. Both ends of an agreement are
 * rounded down: what was granted a moment ago serves at once, since now is rounded down too, and
 * nothing is served after the last moment. So is the moment by which a newer text must be accepted.
 */
final class DecisionDocument {

  /** How long an answer may be remembered at most before it is asked again. */
  static final Duration REVIEW_AFTER = Duration.ofMinutes(10);

  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:00'Z'").withZone(ZoneOffset.UTC);
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:00Z");

  private final JsonGenerator json;

  private DecisionDocument(JsonGenerator json) {
    this.json = json;
  }

  /** The whole document. */
  static String of(DecisionInput input) {
    return write(input, true);
  }

  /** The document without its times: what the requests of one shape have in common. */
  static String shapeOf(DecisionInput input) {
    return write(input, false);
  }

  private static String write(DecisionInput input, boolean timed) {
    StringWriter text = new StringWriter(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      new DecisionDocument(json).input(input, timed);
    }
    return text.toString();
  }

  private void input(DecisionInput input, boolean timed) {
    json.writeStartObject();
    json.writeName("subject");
    subject(input.subject());
    json.writeName("grant");
    grant(input.grant());
    json.writeName("resource");
    resource(input.resource());
    json.writeName("action");
    action(input);
    input.purpose().ifPresent(p -> json.writeStringProperty("purpose", p.term()));
    json.writeName("context");
    context(input, timed);
    json.writeEndObject();
  }

  private void subject(Subject subject) {
    json.writeStartObject();
    json.writeStringProperty(
        "authentication",
        switch (subject.authentication()) {
          case ANONYMOUS -> "anonymous";
          case KEY -> "key";
          case TOKEN -> "token";
        });
    id("application", subject.application());
    json.writeBooleanProperty("application_active", subject.applicationActive());
    subject.reuserKind().ifPresent(k -> json.writeStringProperty("reuser_kind", k.word()));
    texts("scopes", subject.scopes().stream());
    json.writeEndObject();
  }

  private void grant(Grant grant) {
    json.writeStartObject();
    id("agreement", grant.agreement());
    json.writeStringProperty("status", grant.status().word());
    json.writeStringProperty("offer", grant.offer().toString());
    json.writeStringProperty("licence_version", grant.licenceVersion().toString());
    texts("purposes", grant.purposes().stream().map(Purpose::term));
    json.writeStringProperty("valid_from", minuteOf(grant.validFrom()));
    grant.validUntil().ifPresent(u -> json.writeStringProperty("valid_until", minuteOf(u)));
    grant.reacceptBy().ifPresent(by -> json.writeStringProperty("reaccept_by", minuteOf(by)));
    json.writeName("tier");
    json.writeStartObject();
    json.writeStringProperty("name", grant.tier().name().value());
    json.writeName("obligations");
    obligations(grant.tier().obligations());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void obligations(Obligations obligations) {
    json.writeStartObject();
    obligations.visibleColumns().ifPresent(c -> texts("visible_columns", c.stream()));
    json.writeArrayPropertyStart("masks");
    for (Obligations.Mask mask : obligations.masks()) {
      json.writeStartObject();
      json.writeStringProperty("column", mask.column());
      json.writeStringProperty("how", ObligationWords.of(mask.how()));
      json.writeNumberProperty("digits", mask.digits());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("rows");
    for (Obligations.RowCondition row : obligations.rows()) {
      json.writeStartObject();
      json.writeStringProperty("column", row.column());
      json.writeStringProperty("operator", ObligationWords.of(row.operator()));
      json.writeArrayPropertyStart("values");
      row.values().forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    obligations
        .area()
        .ifPresent(
            area -> {
              json.writeObjectPropertyStart("area");
              json.writeNumberProperty("west", area.west());
              json.writeNumberProperty("south", area.south());
              json.writeNumberProperty("east", area.east());
              json.writeNumberProperty("north", area.north());
              json.writeEndObject();
            });
    obligations
        .freshnessDelay()
        .ifPresent(d -> json.writeNumberProperty("freshness_delay_seconds", d.toSeconds()));
    obligations
        .historyDepth()
        .ifPresent(d -> json.writeNumberProperty("history_depth_seconds", d.toSeconds()));
    obligations.rowCap().ifPresent(cap -> json.writeNumberProperty("row_cap", cap));
    obligations.byteCap().ifPresent(cap -> json.writeNumberProperty("byte_cap", cap));
    texts("formats", obligations.formats().stream().map(Format::word));
    json.writeBooleanProperty("attribution", obligations.attribution());
    json.writeEndObject();
  }

  private void resource(Resource resource) {
    json.writeStartObject();
    json.writeStringProperty("territory", resource.territory().value());
    json.writeStringProperty("holder", resource.holder().toString());
    json.writeStringProperty("dataset", resource.dataset().toString());
    json.writeStringProperty("dataset_slug", resource.datasetSlug().value());
    json.writeStringProperty("distribution", resource.distribution().toString());
    json.writeStringProperty("classification", resource.classification().word());
    texts("themes", resource.themes().stream());
    texts("flags", resource.flags().stream());
    texts("columns", resource.columns().stream());
    texts("actions", resource.actions().stream().map(Action::word));
    texts("formats", resource.formats().stream().map(Format::word));
    json.writeBooleanProperty("paused", resource.paused());
    json.writeEndObject();
  }

  private void action(DecisionInput input) {
    json.writeStartObject();
    json.writeStringProperty("kind", input.action().word());
    json.writeStringProperty("format", input.format().word());
    texts("columns", input.columns().stream());
    texts("operators", input.operators().stream());
    json.writeEndObject();
  }

  private void context(DecisionInput input, boolean timed) {
    json.writeStartObject();
    if (timed) {
      json.writeStringProperty("minute", minuteOf(input.minute()));
      json.writeStringProperty("next_review", minuteOf(input.minute().plus(REVIEW_AFTER)));
    }
    json.writeStringProperty("region", input.region());
    json.writeStringProperty("channel", input.channel().word());
    json.writeEndObject();
  }

  private void id(String name, Optional<? extends Id> id) {
    id.ifPresent(i -> json.writeStringProperty(name, i.toString()));
  }

  /** Sorted here, because not every set that comes in is. */
  private void texts(String name, Stream<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.sorted().forEach(json::writeString);
    json.writeEndArray();
  }

  private static String minuteOf(Instant instant) {
    Instant bounded = instant.isBefore(FIRST) ? FIRST : instant.isAfter(LAST) ? LAST : instant;
    return MINUTE.format(bounded);
  }
}
