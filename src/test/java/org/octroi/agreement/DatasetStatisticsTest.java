package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.octroi.catalogue.Dataset;
import tools.jackson.databind.JsonNode;

/** A dataset's usage, as everybody and as its holder reads it. */
class DatasetStatisticsTest extends AtTheDesk {

  private static final String PATH = "/territories/rennes/datasets/parks/statistics";

  @BeforeAll
  void a_day_that_one_caller_came_on() {
    Dataset parks =
        datasets.find(territories.find("rennes").orElseThrow().id(), "parks").orElseThrow();
    jdbc.sql(
            """
            insert into usage_rollup_day (
              rollup_key, territory_id, local_day, holder_id, dataset_id, distribution_id,
              action, format, channel, status, outcome, requests, rows_out, bytes_out,
              latency_micros, latency_micros_max, investigations, unique_investigations,
              data_requests, unique_data_requests)
            values (?, ?, ?, ?, ?, ?, 'read', 'json', 'human', 200, 'complete', 7, 70, 700, 1, 1,
              3, 2, 3, 2)
            """)
        .params(
            UUID.randomUUID().toString().replace("-", ""),
            parks.territory().toString(),
            LocalDate.now(ZoneId.of("Europe/Paris")).minusDays(3),
            parks.holder().toString(),
            parks.id().toString(),
            parks.defaultDistribution().id().toString())
        .update();
  }

  @Test
  void everybody_reads_it_without_small_cells() throws Exception {
    Answer answer = send("GET", PATH + "?by=day", "", null);

    assertThat(answer.status()).isEqualTo(200);
    JsonNode cell = answer.body().at("/items/0");
    assertThat(cell.at("/suppressed").asBoolean()).isTrue();
    assertThat(cell.at("/requests").isNull()).isTrue();
    assertThat(answer.body().at("/shown/requests").asLong()).isZero();
    assertThat(answer.body().at("/smallestCell").asInt()).isEqualTo(5);
    assertThat(answer.raw().headers().firstValue("Cache-Control")).contains("max-age=3600, public");
    Answer ofAnother = send("GET", PATH + "?by=day", reuser().token(), null);
    assertThat(ofAnother.body()).isEqualTo(answer.body());
  }

  @Test
  void its_holders_staff_and_the_territorys_read_all_of_it() throws Exception {
    for (String token : new String[] {reviewer, auditor()}) {
      Answer answer = send("GET", PATH + "?by=day", token, null);

      assertThat(answer.body().at("/items/0/requests").asLong()).isEqualTo(7);
      assertThat(answer.body().at("/items/0/counter/totalInvestigations").asLong()).isEqualTo(3);
      assertThat(answer.raw().headers().firstValue("Cache-Control")).contains("no-store, private");
    }
    Answer elsewhere = send("GET", PATH + "?by=day", otherCitysReviewer, null);
    assertThat(elsewhere.body().at("/items/0/requests").isNull()).isTrue();
  }

  @Test
  void it_can_be_had_as_csv() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + environment.getRequiredProperty("local.server.port")
                        + "/api/v1"
                        + PATH
                        + "?by=day&format=csv"))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
        .startsWith(
            "time,suppressed,daysLeftOut,requests,rows,bytes,totalInvestigations,"
                + "uniqueInvestigations,totalRequests,uniqueRequests\r\n")
        .contains(",true,1,,,,,,,\r\n");
  }

  @Test
  void what_there_is_not_is_not_found_and_what_is_wrong_is_named() throws Exception {
    assertThat(send("GET", "/territories/rennes/datasets/nowhere/statistics", "", null).status())
        .isEqualTo(404);
    assertThat(send("GET", PATH + "?by=hour", "", null).at("/errors/0/pointer")).isEqualTo("by");
    assertThat(send("GET", PATH + "?from=2026-11-24&to=2026-11-01", "", null).status())
        .isEqualTo(422);
  }

  private String auditor() throws Exception {
    Answer made = registered(UUID.randomUUID() + "@example.org");
    grant(made, "auditor", "rennes", "");
    return made.at("/token");
  }
}
