package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;

/** A gate whose operator bounds what any application may use in all. */
class ApplicationAllowanceTest {

  @TempDir static Path folder;
  private static GateHouse house;

  @BeforeAll
  static void open() throws Exception {
    house = new GateHouse(folder, "--octroi.quota.application.requests-per-hour=3");
    house.upstream("/parks", "[]");
    house.upstream("/trees", "[]");
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Answer get(String path, String application) throws Exception {
    try (Socket connection = new Socket("localhost", house.port())) {
      return new RawClient(connection)
          .get(path, "Authorization: Bearer " + house.token(application))
          .answer();
    }
  }

  @Test
  void an_application_may_use_no_more_under_all_its_agreements() throws Exception {
    var parks = house.city.dataset("parks").controlled().with(City.perDay(100)).published();
    var trees = house.city.dataset("trees").controlled().with(City.perDay(100)).published();
    City.Reuser map = house.city.reuser("map");
    map.agrees(parks, "ServiceProvision");
    map.agrees(trees, "ServiceProvision");
    house.city.reuser("other").agrees(parks, "ServiceProvision");

    assertThat(get("/rennes/parks", "map").header("ratelimit"))
        .matches("\"day\";r=99;t=\\d+, \"application-hour\";r=2;t=\\d+");
    assertThat(get("/rennes/trees", "map").status()).isEqualTo(200);
    assertThat(get("/rennes/trees", "map").status()).isEqualTo(200);

    Answer refused = get("/rennes/parks", "map");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body())
        .contains("quota-exceeded", "\"quota\":\"requestsPerHour\"", "\"of\":\"application\"");
    assertThat(get("/rennes/parks", "other").status()).isEqualTo(200);
  }
}
