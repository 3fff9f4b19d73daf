package org.octroi.demo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.octroi.demo.UpstreamCollection.Comparison;
import org.octroi.demo.UpstreamCollection.Filter;
import org.octroi.demo.UpstreamCollection.Form;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the {@link UpstreamApi} serves, by path: the HTTP distributions of the two charters. */
final class UpstreamCollections {

  private UpstreamCollections() {}

  static Map<String, UpstreamCollection> byPath() {
    return Map.of(
        "/rennes/stops",
        new UpstreamCollection(
            Form.ARRAY,
            Instant.parse("2025-11-17T00:00:00Z"),
            Map.of("commune", new Filter("/nomcommune", Comparison.EQUAL)),
            list(BundledData.json("rennes/star-bus-stops/tco-bus-topologie-pointsarret-td.json"))),
        "/rennes/sub-districts",
        new UpstreamCollection(
            Form.GEOJSON,
            Instant.parse("2018-09-13T00:00:00Z"),
            Map.of("district", new Filter("/properties/nuquart", Comparison.EQUAL)),
            features("rennes/sub-districts/perimetres-45-sous-quartiers-rennes.geojson")),
        "/star/alerts",
        new UpstreamCollection(
            Form.ARRAY,
            Instant.parse("2025-11-13T11:10:01Z"),
            Map.of("line", new Filter("/nomcourtligne", Comparison.EQUAL)),
            list(
                BundledData.json(
                    "rennes/star-traffic-alerts/tco-busmetro-trafic-alertes-tr.json"))),
        "/bordeaux/bike-racks",
        new UpstreamCollection(
            Form.GEOJSON,
            Instant.parse("2024-10-24T00:00:00Z"),
            Map.of(
                "insee", new Filter("/properties/insee", Comparison.EQUAL),
                "kind", new Filter("/properties/typologie", Comparison.EQUAL)),
            features("bordeaux/bike-racks/st_arceau_p.geojson")),
        "/bordeaux/bike-share-day",
        new UpstreamCollection(
            Form.FEATURES,
            Instant.parse("2023-03-10T23:55:00Z"),
            Map.of(),
            features("bordeaux/vcub-timeseries/data_test_api_from_bdx.json")),
        "/presence/hours",
        new UpstreamCollection(
            Form.ARRAY,
            PresenceFigures.LAST_HOUR,
            Map.of(
                "district", new Filter("/district", Comparison.EQUAL),
                "from", new Filter("/hour", Comparison.FROM)),
            presence()));
  }

  private static List<JsonNode> features(String file) {
    return list(BundledData.json(file).path("features"));
  }

  private static List<JsonNode> list(JsonNode array) {
    return array.valueStream().toList();
  }

  private static List<JsonNode> presence() {
    JsonMapper mapper = new JsonMapper();
    return PresenceFigures.rows().stream()
        .<JsonNode>map(
            row -> {
              ObjectNode node = mapper.createObjectNode();
              node.put("district", row.district());
              node.put("hour", row.hour().toString());
              node.put("residents", row.residents());
              node.put("workers", row.workers());
              node.put("visitors", row.visitors());
              node.put("presence", row.presence());
              node.put("longitude", Double.parseDouble(row.longitude()));
              node.put("latitude", Double.parseDouble(row.latitude()));
              node.put("operator_cell", row.operatorCell());
              return node;
            })
        .toList();
  }
}
