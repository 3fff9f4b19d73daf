package org.octroi.offer;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.quota.Quota;
import org.octroi.quota.Unit;
import org.octroi.quota.Window;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TierName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a tier stands in a column: as JSON, which has no ids for keys. */
public final class TierColumn {

  private static final JsonMapper JSON = StoredJson.MAPPER;

  private TierColumn() {}

  private record Stored(String name, Limits limits, Map<String, Obligations> obligations) {}

  /** The tier as text. */
  public static String write(Snapshot.Tier tier) {
    Map<String, Obligations> byId = new LinkedHashMap<>();
    tier.obligations().entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
        .forEach(entry -> byId.put(entry.getKey().toString(), entry.getValue()));
    return JSON.writeValueAsString(new Stored(tier.name().value(), tier.limits(), byId));
  }

  /** The text as a tier. */
  public static Snapshot.Tier read(String column) {
    ObjectNode tree = (ObjectNode) JSON.readTree(column);
    ObjectNode limits = (ObjectNode) tree.required("limits");
    if (!limits.has("quotas")) {
      tree.set("limits", ofDays(limits));
    }
    Stored stored = JSON.treeToValue(tree, Stored.class);
    return new Snapshot.Tier(
        new TierName(stored.name()),
        stored.limits(),
        stored.obligations().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(e -> DatasetId.of(e.getKey()), Map.Entry::getValue)));
  }

  /**
   * Limits as they stood when there was no window but the day. They are read for as long as there
   * are such rows, since what is published is never written again.
   */
  private static ObjectNode ofDays(ObjectNode stored) {
    ObjectNode limits = JSON.createObjectNode();
    limits.set("rate", stored.required("rate"));
    ArrayNode quotas = limits.putArray("quotas");
    for (Unit unit : Unit.values()) {
      JsonNode amount = stored.required(Quota.name(unit, Window.DAY));
      if (!amount.isNull()) {
        quotas.add(JSON.<JsonNode>valueToTree(Quota.of(unit, Window.DAY, amount.longValue())));
      }
    }
    return limits;
  }
}
