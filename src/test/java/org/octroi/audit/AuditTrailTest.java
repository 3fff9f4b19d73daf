package org.octroi.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.octroi.audit.Verification.Fault;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;
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
  @Import({AuditTrail.class, ChainWalk.class, SignedHeads.class})
  static class Room {
    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    Seal seal() {
      return FixedSeal.of(1);
    }
  }

  private static final Actor HOUSE = new Actor.House("test");

  @Autowired private AuditTrail trail;
  @Autowired private ChainWalk walk;
  @Autowired private SignedHeads heads;
  @Autowired private JdbcClient jdbc;
  @Autowired private TransactionTemplate transaction;

  @BeforeEach
  void anEmptyChain() {
    jdbc.sql("delete from audit_entry").update();
    jdbc.sql("delete from audit_signed_head").update();
    jdbc.sql("update audit_head set place = 0, entry_hash = :genesis")
        .param("genesis", AuditEntry.GENESIS)
        .update();
  }

  @Test
  void an_untouched_chain_verifies() {
    deeds(20);

    assertThat(walk.verify().intact()).isTrue();
    assertThat(walk.verify().entries()).isEqualTo(20);
  }

  @Test
  void an_altered_entry_is_found_at_its_place() {
    deeds(10);

    jdbc.sql("update audit_entry set actor = 'somebody else' where place = 4").update();

    assertThat(walk.verify().firstBroken()).hasValue(4L);
  }

  @Test
  void a_removed_entry_is_found_at_its_place() {
    deeds(10);

    jdbc.sql("delete from audit_entry where place = 7").update();

    assertThat(walk.verify().firstBroken()).hasValue(7L);
  }

  @Test
  void a_cut_off_end_is_found() {
    deeds(10);

    jdbc.sql("delete from audit_entry where place > 8").update();

    assertThat(walk.verify().firstBroken()).hasValue(9L);
  }

  @Test
  void altered_details_are_found() {
    deeds(3);

    jdbc.sql("update audit_entry set details = '{\"n\":\"99\"}' where place = 2").update();

    assertThat(walk.verify().firstBroken()).hasValue(2L);
  }

  @Test
  void a_deed_that_did_not_happen_leaves_no_entry() {
    transaction.executeWithoutResult(
        status -> {
          record(1);
          status.setRollbackOnly();
        });

    assertThat(walk.verify().entries()).isZero();
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
    assertThat(walk.verify().intact()).isTrue();
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

    assertThat(walk.verify().entries()).isZero();
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

    assertThat(walk.verify()).isEqualTo(Verification.intact(new AuditTrail.Head(60, head()), 0));
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

  @Test
  void a_thousand_entries_are_signed_and_so_is_what_is_a_day_old() {
    deeds(3);
    walk.signWhenDue();
    assertThat(walk.verify().signedEntries()).isZero();

    new ChainWalk(trail, heads, Clock.offset(Clock.systemUTC(), Duration.ofHours(25)))
        .signWhenDue();
    assertThat(walk.verify().signedEntries()).isEqualTo(3);

    transaction.executeWithoutResult(
        status -> {
          for (int i = 0; i < 1_000; i++) {
            record(i);
          }
        });
    walk.signWhenDue();
    walk.signWhenDue();
    assertThat(walk.verify())
        .isEqualTo(Verification.intact(new AuditTrail.Head(1003, head()), 1003));
    assertThat(jdbc.sql("select count(*) from audit_signed_head").query(Long.class).single())
        .isEqualTo(2);
  }

  @Test
  void a_chain_that_is_broken_is_not_signed() {
    deeds(5);
    jdbc.sql("update audit_entry set actor = 'somebody else' where place = 4").update();

    walk.sign();

    assertThat(walk.verify().signedEntries()).isZero();
  }

  @Test
  void signed_heads_can_not_be_rewritten_or_taken_out() {
    deeds(2);
    walk.sign();
    deeds(2);
    walk.sign();

    for (String edit :
        List.of(
            "update audit_signed_head set place = 3 where head_number = 2",
            "update audit_signed_head set jws = concat(jws, 'A') where head_number = 1",
            "update audit_signed_head set jws = 'none' where head_number = 2",
            "delete from audit_signed_head where head_number = 1")) {
      assertThat(after(() -> jdbc.sql(edit).update()).fault())
          .as(edit)
          .hasValue(Fault.HEAD_MISMATCH);
    }
    assertThat(walk.verify().intact()).isTrue();
  }

  @Test
  void what_can_not_be_read_is_altered_and_no_fault_of_the_desk() {
    deeds(3);

    for (String edit :
        List.of(
            "update audit_entry set details = 'no json' where place = 2",
            "update audit_entry set territory_id = 'no id' where place = 2")) {
      Verification found = after(() -> jdbc.sql(edit).update());
      assertThat(found.firstBroken()).as(edit).hasValue(2L);
      assertThat(found.fault()).as(edit).hasValue(Fault.ALTERED);
    }
  }

  @Test
  void an_entry_after_the_end_is_found() {
    deeds(3);

    Verification found =
        after(
            () ->
                jdbc.sql("update audit_head set place = 2, entry_hash = :hash")
                    .param("hash", hashAt(2))
                    .update());

    assertThat(found.firstBroken()).hasValue(3L);
    assertThat(found.fault()).hasValue(Fault.INSERTED);
  }

  /** Each by itself, on a chain whose end and middle are signed. */
  @Test
  void a_thousand_random_edits_are_all_found_and_named() {
    deeds(20);
    walk.sign();
    deeds(20);
    walk.sign();
    Random random = new Random(20_261_127);

    for (int i = 0; i < 1_000; i++) {
      Edit edit = Edit.values()[random.nextInt(Edit.values().length)];
      long place = 1 + random.nextInt(39);
      long other = place + 1 + random.nextInt((int) (40 - place));
      Verification found = after(() -> tamper(edit, place, other, random));

      String what = i + ": " + edit + " at " + place + ", " + other;
      assertThat(found.intact()).as(what).isFalse();
      // What fits its place is not what was signed there.
      assertThat(found.fault())
          .as(what)
          .hasValue(
              edit == Edit.INSERT_THAT_FITS && place == 20 ? Fault.HEAD_MISMATCH : edit.fault);
      assertThat(found.firstBroken())
          .as(what)
          .hasValue(
              switch (edit) {
                case REWRITE -> place <= 20 ? 20L : 40L;
                case TRUNCATE, TRUNCATE_AND_HEAD -> place + 1;
                default -> place;
              });
    }
    assertThat(walk.verify().intact()).isTrue();
  }

  private enum Edit {
    FIELD(Fault.ALTERED),
    REMOVE(Fault.REMOVED),
    REMOVE_AND_MOVE_UP(Fault.REMOVED),
    SWAP(Fault.REORDERED),
    INSERT(Fault.INSERTED),
    INSERT_THAT_FITS(Fault.INSERTED),
    TRUNCATE(Fault.REMOVED),
    TRUNCATE_AND_HEAD(Fault.REMOVED),
    REWRITE(Fault.HEAD_MISMATCH);

    private final Fault fault;

    Edit(Fault fault) {
      this.fault = fault;
    }
  }

  private static final List<String> FIELDS =
      List.of(
          "actor_kind = 'program'",
          "actor = 'somebody else'",
          "action = 'test.undo'",
          "territory_id = '01900000-0000-7000-8000-000000000001'",
          "subject_kind = 'nothing'",
          "subject_id = 'thing-x'",
          "details = '{}'",
          "happened_at = '2020-01-01 00:00:00'",
          "previous_hash = concat(substring(entry_hash, 1, 32), substring(previous_hash, 33))",
          "entry_hash = concat(substring(previous_hash, 1, 32), substring(entry_hash, 33))");

  private void tamper(Edit edit, long place, long other, Random random) {
    switch (edit) {
      case FIELD ->
          run("update audit_entry set " + FIELDS.get(random.nextInt(FIELDS.size())), place);
      case REMOVE -> run("delete from audit_entry", place);
      case REMOVE_AND_MOVE_UP -> {
        run("delete from audit_entry", place);
        move(place, -1);
      }
      case SWAP -> {
        run("update audit_entry set place = 0", place);
        run("update audit_entry set place = " + place, other);
        run("update audit_entry set place = " + other, 0);
      }
      case INSERT -> {
        move(place - 1, 1);
        insert(place, "f".repeat(64));
      }
      case INSERT_THAT_FITS -> {
        String before = place == 1 ? AuditEntry.GENESIS : hashAt(place - 1);
        move(place - 1, 1);
        insert(place, entryAt(place).hashAfter(before));
        run("update audit_entry set previous_hash = '" + before + "'", place);
      }
      case TRUNCATE ->
          jdbc.sql("delete from audit_entry where place > :place").param("place", place).update();
      case TRUNCATE_AND_HEAD -> {
        jdbc.sql("update audit_head set place = :place, entry_hash = :hash")
            .param("place", place)
            .param("hash", hashAt(place))
            .update();
        jdbc.sql("delete from audit_entry where place > :place").param("place", place).update();
      }
      case REWRITE -> rewrite(place);
    }
  }

  private void run(String statement, long place) {
    jdbc.sql(statement + " where place = :place").param("place", place).update();
  }

  /** All entries after a place, and the end of the chain with them. */
  private void move(long after, int by) {
    jdbc.sql("update audit_entry set place = place + 1000 where place > :after")
        .param("after", after)
        .update();
    jdbc.sql("update audit_entry set place = place - 1000 + :by where place > 1000")
        .param("by", by)
        .update();
    jdbc.sql("update audit_head set place = place + :by").param("by", by).update();
  }

  private static AuditEntry entryAt(long place) {
    return new AuditEntry(
        place,
        Instant.EPOCH,
        "house",
        "forger",
        "test.forge",
        Optional.empty(),
        "thing",
        "forged",
        Map.of());
  }

  private void insert(long place, String hash) {
    jdbc.sql(
            """
            insert into audit_entry
              (place, happened_at, actor_kind, actor, action, territory_id, subject_kind,
               subject_id, details, previous_hash, entry_hash)
            values
              (:place, '1970-01-01 00:00:00', 'house', 'forger', 'test.forge', null, 'thing',
               'forged', '{}', :hash, :hash)
            """)
        .param("place", place)
        .param("hash", hash)
        .update();
  }

  /** Changes an entry, and mends all that follow with hashes that fit, the end included. */
  private void rewrite(long place) {
    run("update audit_entry set actor = 'somebody else'", place);
    String before = place == 1 ? AuditEntry.GENESIS : hashAt(place - 1);
    for (AuditTrail.Link link : trail.linksAfter(place - 1, 40)) {
      String hash = link.entry().hashAfter(before);
      jdbc.sql(
              "update audit_entry set previous_hash = :before, entry_hash = :hash where place ="
                  + " :place")
          .param("before", before)
          .param("hash", hash)
          .param("place", link.entry().place())
          .update();
      before = hash;
    }
    jdbc.sql("update audit_head set entry_hash = :hash").param("hash", before).update();
  }

  private String hashAt(long place) {
    return jdbc.sql("select entry_hash from audit_entry where place = :place")
        .param("place", place)
        .query(String.class)
        .single();
  }

  /** What is found after an edit, which is then undone. */
  private Verification after(Runnable edit) {
    return transaction.execute(
        status -> {
          status.setRollbackOnly();
          edit.run();
          return walk.verify();
        });
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
