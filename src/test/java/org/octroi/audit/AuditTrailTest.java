package org.octroi.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(
    webEnvironment = WebEnvironment.NONE,
    properties = {
      "octroi.data-folder=target/test-audit",
      "spring.datasource.url=jdbc:h2:mem:audit;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
          + "CASE_INSENSITIVE_IDENTIFIERS=TRUE"
    })
class AuditTrailTest {

  @Configuration
  @EnableAutoConfiguration
  @Import(AuditTrail.class)
  static class Room {
    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }
  }

  private static final Actor HOUSE = new Actor.House("test");

  @Autowired private AuditTrail trail;
  @Autowired private JdbcClient jdbc;
  @Autowired private TransactionTemplate transaction;

  @BeforeEach
  void anEmptyChain() {
    jdbc.sql("delete from audit_entry").update();
    jdbc.sql("update audit_head set place = 0, entry_hash = :genesis")
        .param("genesis", AuditEntry.GENESIS)
        .update();
  }

  @Test
  void an_untouched_chain_verifies() {
    deeds(20);

    assertThat(trail.verify().intact()).isTrue();
    assertThat(trail.verify().entries()).isEqualTo(20);
  }

  @Test
  void an_altered_entry_is_found_at_its_place() {
    deeds(10);

    jdbc.sql("update audit_entry set actor = 'somebody else' where place = 4").update();

    assertThat(trail.verify().firstBroken()).hasValue(4L);
  }

  @Test
  void a_removed_entry_is_found_at_its_place() {
    deeds(10);

    jdbc.sql("delete from audit_entry where place = 7").update();

    assertThat(trail.verify().firstBroken()).hasValue(7L);
  }

  @Test
  void a_cut_off_end_is_found() {
    deeds(10);

    jdbc.sql("delete from audit_entry where place > 8").update();

    assertThat(trail.verify().firstBroken()).hasValue(9L);
  }

  @Test
  void altered_details_are_found() {
    deeds(3);

    jdbc.sql("update audit_entry set details = '{\"n\":\"99\"}' where place = 2").update();

    assertThat(trail.verify().firstBroken()).hasValue(2L);
  }

  @Test
  void a_deed_that_did_not_happen_leaves_no_entry() {
    transaction.executeWithoutResult(
        status -> {
          record(1);
          status.setRollbackOnly();
        });

    assertThat(trail.verify().entries()).isZero();
  }

  @Test
  void nothing_is_recorded_outside_a_transaction() {
    assertThatThrownBy(() -> record(1)).isInstanceOf(IllegalTransactionStateException.class);
  }

  @Test
  void the_head_is_not_held_while_a_transaction_goes_on_after_its_first_record() throws Exception {
    try (ExecutorService another = Executors.newSingleThreadExecutor()) {
      transaction.executeWithoutResult(
          status -> {
            record(1);
            Future<?> meanwhile =
                another.submit(() -> transaction.executeWithoutResult(inner -> record(2)));
            assertThat(meanwhile).succeedsWithin(Duration.ofSeconds(10));
            record(3);
          });
    }

    assertThat(trail.all(Long.MAX_VALUE, 10))
        .extracting(AuditEntry::subjectId)
        .containsExactly("thing-3", "thing-1", "thing-2");
    assertThat(trail.verify().intact()).isTrue();
  }

  @Test
  void a_deed_that_can_not_be_put_on_the_record_does_not_happen() {
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      record(1);
                      trail.record(HOUSE, "x".repeat(81), Optional.empty(), "thing", "2", Map.of());
                    }))
        .isInstanceOf(DataIntegrityViolationException.class);

    assertThat(trail.verify().entries()).isZero();
  }

  @Test
  void many_at_once_make_one_chain_without_a_fork() throws Exception {
    List<Future<?>> deeds = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (int i = 0; i < 60; i++) {
        int n = i;
        deeds.add(threads.submit(() -> transaction.executeWithoutResult(status -> record(n))));
      }
      for (Future<?> deed : deeds) {
        deed.get();
      }
    }

    assertThat(trail.verify()).isEqualTo(new AuditTrail.Verification(true, 60, head(), none()));
  }

  @Test
  void the_record_of_a_territory_is_paged_newest_first_and_shows_no_other_territory() {
    TerritoryId rennes = TerritoryId.create();
    TerritoryId bordeaux = TerritoryId.create();
    for (int i = 0; i < 3; i++) {
      recordAt(rennes, "rennes-" + i);
      recordAt(bordeaux, "bordeaux-" + i);
    }

    List<AuditEntry> page = trail.of(Set.of(rennes), Long.MAX_VALUE, 2);
    List<AuditEntry> next = trail.of(Set.of(rennes), page.getLast().place(), 2);

    assertThat(page).extracting(AuditEntry::subjectId).containsExactly("rennes-2", "rennes-1");
    assertThat(next).extracting(AuditEntry::subjectId).containsExactly("rennes-0");
  }

  private static Optional<Long> none() {
    return Optional.empty();
  }

  private String head() {
    return jdbc.sql("select entry_hash from audit_head").query(String.class).single();
  }

  private void deeds(int count) {
    for (int i = 0; i < count; i++) {
      int n = i;
      transaction.executeWithoutResult(status -> record(n));
    }
  }

  private void record(int n) {
    trail.record(
        HOUSE, "test.do", Optional.empty(), "thing", "thing-" + n, Map.of("n", "" + n, "é", "ü"));
  }

  private void recordAt(TerritoryId territory, String subject) {
    transaction.executeWithoutResult(
        status ->
            trail.record(HOUSE, "test.do", Optional.of(territory), "thing", subject, Map.of()));
  }
}
