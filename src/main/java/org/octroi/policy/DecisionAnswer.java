package org.octroi.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.octroi.obligation.Obligations;
import org.octroi.vocabulary.Format;
import org.octroi.vocabulary.TierName;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the policy's answer, strictly: what is missing, of another kind, or unknown makes it no
 * decision at all. An obligation that the gate doesn't know would be one that nobody honours.
 */
final class DecisionAnswer {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9-]{1,79}");
  private static final Set<String> MEMBERS =
      Set.of("allow", "reasons", "obligations", "tier", "valid_until");
  private static final Set<String> OBLIGATIONS =
      Set.of(
          "visible_columns",
          "masks",
          "rows",
          "area",
          "freshness_delay_seconds",
          "history_depth_seconds",
          "row_cap",
          "byte_cap",
          "formats",
          "attribution");

  private DecisionAnswer() {}

  /**
   * The decision in a result set as OPA writes it: {@code [{"result": …}]}.
   *
   * @param minute the minute that was asked about; a decision must hold beyond it
   * @throws DecisionUnavailableException when this is no decision
   */
  static Decision read(String resultSet, Instant minute) {
    try {
      JsonNode results = JSON.readTree(resultSet);
      if (!results.isArray() || results.size() != 1) {
        throw no("one result");
      }
      JsonNode result = results.get(0);
      only(result, Set.of("result"));
      return decision(member(result, "result"), minute);
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw new DecisionUnavailableException("The policy's answer is no decision", e);
    }
  }

  private static Decision decision(JsonNode answer, Instant minute) {
    only(answer, MEMBERS);
    boolean allow = truth(answer, "allow");
    List<String> reasons = texts(answer, "reasons");
    TierName tier = new TierName(text(answer, "tier"));
    Instant validUntil = Instant.parse(text(answer, "valid_until"));
    if (!validUntil.isAfter(minute)) {
      throw no("a valid_until that lies ahead");
    }
    if (allow != reasons.isEmpty()) {
      throw no("reasons where it refuses, and none where it allows");
    }
    for (String reason : reasons) {
      if (!REASON.matcher(reason).matches()) {
        throw no("reasons that are words");
      }
    }
    if (!allow) {
      return new Decision.Refuse(List.copyOf(new TreeSet<>(reasons)), validUntil);
    }
    return new Decision.Permit(tier, obligations(member(answer, "obligations")), validUntil);
  }

  private static Obligations obligations(JsonNode demanded) {
    only(demanded, OBLIGATIONS);
    return new Obligations(
        demanded.has("visible_columns")
            ? Optional.<SortedSet<String>>of(new TreeSet<>(texts(demanded, "visible_columns")))
            : Optional.empty(),
        masks(array(demanded, "masks")),
        rows(array(demanded, "rows")),
        area(demanded),
        duration(demanded, "freshness_delay_seconds"),
        duration(demanded, "history_depth_seconds"),
        amount(demanded, "row_cap"),
        amount(demanded, "byte_cap"),
        formats(texts(demanded, "formats")),
        truth(demanded, "attribution"));
  }

  private static List<Obligations.Mask> masks(JsonNode demanded) {
    List<Obligations.Mask> masks = new ArrayList<>();
    for (JsonNode mask : demanded) {
      only(mask, Set.of("column", "how", "digits"));
      JsonNode digits = member(mask, "digits");
      if (!digits.canConvertToInt() || !digits.isIntegralNumber() || digits.intValue() < 0) {
        throw no("digits that are a count");
      }
      masks.add(
          new Obligations.Mask(
              text(mask, "column"), ObligationWords.how(text(mask, "how")), digits.intValue()));
    }
    return masks;
  }

  private static List<Obligations.RowCondition> rows(JsonNode demanded) {
    List<Obligations.RowCondition> rows = new ArrayList<>();
    for (JsonNode row : demanded) {
      only(row, Set.of("column", "operator", "values"));
      rows.add(
          new Obligations.RowCondition(
              text(row, "column"),
              ObligationWords.operator(text(row, "operator")),
              texts(row, "values")));
    }
    return rows;
  }

  private static Optional<Obligations.Area> area(JsonNode demanded) {
    if (!demanded.has("area")) {
      return Optional.empty();
    }
    JsonNode area = member(demanded, "area");
    only(area, Set.of("west", "south", "east", "north"));
    return Optional.of(
        new Obligations.Area(
            degrees(area, "west"),
            degrees(area, "south"),
            degrees(area, "east"),
            degrees(area, "north")));
  }

  private static Set<Format> formats(List<String> words) {
    Set<Format> formats = EnumSet.noneOf(Format.class);
    for (String word : words) {
      formats.add(Format.of(word).orElseThrow(() -> no("formats that exist")));
    }
    return formats;
  }

  private static Optional<Duration> duration(JsonNode parent, String name) {
    OptionalLong seconds = amount(parent, name);
    return seconds.isPresent()
        ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
        : Optional.empty();
  }

  private static OptionalLong amount(JsonNode parent, String name) {
    if (!parent.has(name)) {
      return OptionalLong.empty();
    }
    JsonNode amount = member(parent, name);
    if (!amount.isIntegralNumber() || !amount.canConvertToLong() || amount.longValue() < 0) {
      throw no(name + " as a whole number");
    }
    return OptionalLong.of(amount.longValue());
  }

  private static double degrees(JsonNode parent, String name) {
    JsonNode degrees = member(parent, name);
    if (!degrees.isNumber()) {
      throw no(name + " as a number");
    }
    return degrees.doubleValue();
  }

  private static List<String> texts(JsonNode parent, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(parent, name)) {
      if (!element.isString()) {
        throw no(name + " as texts");
      }
      texts.add(element.stringValue());
    }
    return texts;
  }

  private static JsonNode array(JsonNode parent, String name) {
    JsonNode array = member(parent, name);
    if (!array.isArray()) {
      throw no(name + " as a list");
    }
    return array;
  }

  private static String text(JsonNode parent, String name) {
    JsonNode text = member(parent, name);
    if (!text.isString()) {
      throw no(name + " as a text");
    }
    return text.stringValue();
  }

  private static boolean truth(JsonNode parent, String name) {
    JsonNode truth = member(parent, name);
    if (!truth.isBoolean()) {
      throw no(name + " as true or false");
    }
    return truth.booleanValue();
  }

  private static JsonNode member(JsonNode parent, String name) {
    JsonNode member = parent.get(name);
    if (member == null) {
      throw no(name);
    }
    return member;
  }

  private static void only(JsonNode object, Set<String> names) {
    if (!object.isObject()) {
      throw no("an object of " + names);
    }
    for (String name : object.propertyNames()) {
      if (!names.contains(name)) {
        throw new DecisionUnavailableException("The policy's answer has an unknown part: " + name);
      }
    }
  }

  private static DecisionUnavailableException no(String expected) {
    return new DecisionUnavailableException("The policy's answer lacks " + expected);
  }
}
