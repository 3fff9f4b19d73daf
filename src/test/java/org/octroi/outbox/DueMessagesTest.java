package org.octroi.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.outbox.DueMessages.Taken;
import org.octroi.problem.StartRefusedException;
import org.octroi.secret.FixedSeal;
import org.octroi.testing.SetClock;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.PersonId;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.transaction.support.TransactionTemplate;

/** The messages that wait, as several desks on one database see them. */
class DueMessagesTest {

  private static final OutboxProperties PROPERTIES = properties();

  private final SetClock clock = new SetClock(Instant.parse("2026-11-27T08:00:00Z"));

  private static OutboxProperties properties() {
    return new Binder(new MapConfigurationPropertySource(Map.of()))
        .bindOrCreate("octroi.outbox", OutboxProperties.class);
  }

  /** A database with so many messages that are due. */
  private JdbcClient with(Engine engine, int count) {
    var database = engine.migrated().dataSource();
    JdbcClient jdbc = JdbcClient.create(database);
    Outbox outbox = outbox(jdbc);
    new TransactionTemplate(new JdbcTransactionManager(database))
        .executeWithoutResult(
            status -> {
              for (int i = 0; i < count; i++) {
                outbox.put(envelope(), new Hook("https://example.org/" + i, "secret", "{}"));
              }
            });
    return jdbc;
  }

  private Outbox outbox(JdbcClient jdbc) {
    return new Outbox(
        jdbc, FixedSeal.of(1), clock, new Bell(), new MailCarrier(noServer(), PROPERTIES));
  }

  private static Envelope envelope() {
    return new Envelope(MessageId.create(), "test.done", Optional.empty(), PersonId.create());
  }

  private static ObjectProvider<JavaMailSender> noServer() {
    return new StaticListableBeanFactory().getBeanProvider(JavaMailSender.class);
  }

  @ParameterizedTest
  @EnumSource
  void two_desks_never_send_the_same_message_twice_at_once(Engine engine) throws Exception {
    JdbcClient jdbc = with(engine, 60);
    ConcurrentLinkedQueue<Taken> taken = new ConcurrentLinkedQueue<>();

    try (ExecutorService desks = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> looks = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        looks.add(() -> taken.addAll(new DueMessages(jdbc, PROPERTIES, clock).take(5)));
      }
      for (Future<Boolean> look : desks.invokeAll(looks)) {
        look.get();
      }
    }
    // Those who look at once see the same messages, and who is slower goes away with none.
    DueMessages last = new DueMessages(jdbc, PROPERTIES, clock);
    for (List<Taken> rest = last.take(5); !rest.isEmpty(); rest = last.take(5)) {
      taken.addAll(rest);
    }

    assertThat(taken).extracting(Taken::id).doesNotHaveDuplicates().hasSize(60);
    assertThat(taken).extracting(Taken::tries).containsOnly(1);
  }

  @ParameterizedTest
  @EnumSource
  void what_a_dead_desk_had_taken_is_due_again_when_its_lease_ends(Engine engine) {
    DueMessages due = new DueMessages(with(engine, 1), PROPERTIES, clock);
    Taken lost = due.take(10).getFirst();

    assertThat(due.take(10)).isEmpty();
    clock.pass(PROPERTIES.lease());
    Taken again = due.take(10).getFirst();

    assertThat(again.id()).isEqualTo(lost.id());
    assertThat(again.tries()).isEqualTo(2);
    // The first desk comes back to life: what it has to say of the message is said no more.
    due.died(lost, "too late");
    due.sent(again);
    clock.pass(Duration.ofDays(1));
    assertThat(due.take(10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void what_was_sent_is_emptied_at_once_and_forgotten_later(Engine engine) {
    JdbcClient jdbc = with(engine, 2);
    DueMessages due = new DueMessages(jdbc, PROPERTIES, clock);
    List<Taken> taken = due.take(10);
    due.sent(taken.getFirst());
    due.died(taken.getLast(), "x".repeat(2000));

    assertThat(
            jdbc.sql("select count(*) from outbox_message where sealed_content is null")
                .query(Long.class)
                .single())
        .isEqualTo(1);
    clock.pass(PROPERTIES.keepSent().plusSeconds(1));
    assertThat(due.sweep()).isEqualTo(1);
    clock.pass(PROPERTIES.keepDead());
    assertThat(due.sweep()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void the_newest_message_of_each_receiver_is_found(Engine engine) {
    JdbcClient jdbc = with(engine, 3);
    List<PersonId> receivers =
        jdbc.sql("select recipient_id from outbox_message order by id")
            .query((row, n) -> PersonId.of(row.getString(1)))
            .list();

    assertThat(outbox(jdbc).newest(receivers.subList(0, 2)).keySet())
        .containsExactlyInAnyOrder(receivers.get(0).toString(), receivers.get(1).toString());
    assertThat(outbox(jdbc).newest(List.of())).isEmpty();
  }

  @Test
  void without_a_mail_server_no_letter_is_taken() {
    JdbcClient jdbc = with(Engine.H2, 0);

    outbox(jdbc).put(envelope(), new Letter("ana@example.org", "Subject", "Text"));

    assertThat(jdbc.sql("select count(*) from outbox_message").query(Long.class).single()).isZero();
  }

  @Test
  void a_mail_server_without_an_address_to_send_from_stops_the_start() {
    StaticListableBeanFactory beans = new StaticListableBeanFactory();
    beans.addBean("server", new JavaMailSenderImpl());

    assertThatThrownBy(
            () -> new MailCarrier(beans.getBeanProvider(JavaMailSender.class), PROPERTIES))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("octroi.outbox.from");
  }

  @Test
  void pauses_double_up_to_the_longest_and_spread_by_a_fifth() {
    assertThat(Stream.of(1, 2, 3, 11, 12, 99).map(tries -> PROPERTIES.pauseAfter(tries, 0.5)))
        .containsExactly(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(30 << 10),
            Duration.ofHours(12),
            Duration.ofHours(12));
    assertThat(PROPERTIES.pauseAfter(1, 0)).isEqualTo(Duration.ofSeconds(24));
    assertThat(PROPERTIES.pauseAfter(1, 0.999)).isLessThan(Duration.ofSeconds(36));
  }
}
