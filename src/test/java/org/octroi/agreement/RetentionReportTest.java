package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.octroi.usage.Retention;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What is kept and for how long, as the desk tells it. */
class RetentionReportTest extends AtTheDesk {

  @Autowired private Retention retention;

  @Test
  void an_operator_sees_every_kind_of_record_and_when_it_was_last_held_to_its_age()
      throws Exception {
    retention.enforce();

    Answer report = send("GET", "/retention", operator, null);

    assertThat(report.status()).isEqualTo(200);
    List<String> kinds = new ArrayList<>();
    for (JsonNode kind : report.body().at("/items")) {
      kinds.add(kind.at("/kind").asString());
    }
    assertThat(kinds)
        .contains(
            "audit",
            "decision-shapes",
            "event-log",
            "quota-ledger",
            "usage-by-hour",
            "usage-journal")
        .isSorted();
    JsonNode journal = report.body().at("/items/" + kinds.indexOf("usage-journal"));
    assertThat(journal.at("/keptFor").asString()).isEqualTo("P400D");
    assertThat(journal.at("/bytes").asLong()).isPositive();
    assertThat(journal.at("/rows").isNull()).isTrue();
    assertThat(journal.at("/enforced/goneBytes").asLong()).isZero();
    JsonNode audit = report.body().at("/items/" + kinds.indexOf("audit"));
    assertThat(audit.at("/keptFor").isNull()).isTrue();
    assertThat(audit.at("/rows").asLong()).isPositive();
    assertThat(audit.at("/enforced").isNull()).isTrue();
  }

  @Test
  void nobody_else_sees_it() throws Exception {
    Answer administrator = registered(UUID.randomUUID() + "@example.org");
    grant(administrator, "territory-administrator", "rennes", "");

    assertThat(send("GET", "/retention", reviewer, null).status()).isEqualTo(403);
    assertThat(send("GET", "/retention", administrator.at("/token"), null).status()).isEqualTo(403);
  }
}
