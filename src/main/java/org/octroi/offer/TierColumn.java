package org.octroi.offer;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.octroi.entitlement.Snapshot;
import org.octroi.obligation.Obligations;
import org.octroi.quota.Limits;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.StoredJson;
import org.octroi.vocabulary.TierName;
import tools.jackson.databind.json.JsonMapper;

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
    Stored stored = JSON.readValue(column, Stored.class);
    return new Snapshot.Tier(
        new TierName(stored.name()),
        stored.limits(),
        stored.obligations().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(e -> DatasetId.of(e.getKey()), Map.Entry::getValue)));
  }
}
