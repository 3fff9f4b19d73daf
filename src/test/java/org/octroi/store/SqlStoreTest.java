package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Obligations.Mask.How;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.store.StoreAddress.SqlEngine;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.vocabulary.Format;
import org.slf4j.LoggerFactory;

/**
 * SQL stores over a real socket. Another engine is added by a subclass that gives its own {@link
 * #open} and {@link #storeAddress}; the table is made and filled with portable statements.
 */
class SqlStoreTest {

  private @Nullable Server server;
  private Connection keeping;
  private AGate gate;

  /** Starts the engine, or finds it; gives a connection that may write. */
  Connection open() throws SQLException {
    Server started = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    server = started;
    return DriverManager.getConnection(
        "jdbc:h2:tcp://127.0.0.1:"
            + started.getPort()
            + "/mem:town;DB_CLOSE_DELAY=-1;MODE=MySQL;DATABASE_TO_LOWER=TRUE",
        "reader",
        "pass");
  }

  StoreAddress.Sql storeAddress() {
    if (server == null) {
      throw new AssertionError("not started");
    }
    return new StoreAddress.Sql(SqlEngine.H2, "127.0.0.1", server.getPort(), "mem:town", "reader");
  }

  String password() {
    return "pass";
  }

  @BeforeEach
  void start() throws SQLException {
    keeping = open();
    try (Statement statement = keeping.createStatement()) {
      statement.execute("drop table if exists places");
      statement.execute(
          """
          create table places (name varchar(40), owner varchar(40), seats int, price decimal(8,2),
            share double, open_now boolean, seen datetime(6), since date, lon double, lat double)
          """);
      statement.execute(
          """
          insert into places values
            ('Bar', 'Anna', 10, 1.50, 0.1, true, '2026-03-01 11:30:00', '2020-01-01', -1.5, 48.0),
            ('bar', 'Bert', 20, 2.00, 0.25, false, '2026-02-28 08:00:00.5', '2021-01-01', -1.75, 48.5),
            ('Café', 'Carl', null, null, null, null, null, null, null, null),
            ('zoo ', 'Dora', 9, 10.25, 1, true, '2026-01-01 00:00:00', '2022-01-01', 2.5, 48.0)
          """);
    }
    gate = AGate.reaching(storeAddress().port());
  }

  @AfterEach
  void stop() throws SQLException {
    gate.close();
    keeping.close();
    if (server != null) {
      server.stop();
    }
  }

  private ACall places() {
    return ACall.to(storeAddress(), "places")
        .sealedBy(
            gate.seal.seal(
                SealedCredential.USE, "{\"kind\":\"sql\",\"password\":\"" + password() + "\"}"))
        .column("name", Catalogue.Type.TEXT)
        .column("owner", Catalogue.Type.TEXT)
        .column("seats", Catalogue.Type.INTEGER)
        .column("price", Catalogue.Type.NUMBER)
        .column("share", Catalogue.Type.NUMBER)
        .column("open_now", Catalogue.Type.BOOLEAN)
        .column("seen", Catalogue.Type.TIME)
        .column("since", Catalogue.Type.TIME)
        .column("lon", Catalogue.Type.NUMBER)
        .column("lat", Catalogue.Type.NUMBER)
        .timedBy("seen")
        .placedBy("lon", "lat");
  }

  private String names(ACall call) {
    return gate.fetch(call.asking("columns", "name").as(Format.CSV))
        .whole()
        .text()
        .replace("name\r\n", "")
        .replace("\r\n", "|");
  }

  @Test
  void rows_are_an_array_of_objects_with_typed_values() {
    Heard heard = gate.fetch(places().asking("name", "bar")).whole();

    assertThat(heard.text())
        .isEqualTo(
            "[{\"name\":\"bar\",\"owner\":\"Bert\",\"seats\":20,\"price\":2.00,\"share\":0.25,"
                + "\"open_now\":false,\"seen\":\"2026-02-28T08:00:00.500Z\","
                + "\"since\":\"2021-01-01\",\"lon\":-1.75,\"lat\":48.5}]");
    assertThat(heard.rows()).isEqualTo(1);
    assertThat(heard.answer().shaped()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "seats.gt~9~Bar|bar|",
        "seats.gte~9~Bar|bar|zoo |",
        "seats.ne~10~bar|zoo |",
        "seats.in~10,20~Bar|bar|",
        "price~1.5~Bar|",
        "name.gt~a~bar|zoo |",
        "name~Cafe~''",
        "name~zoo~''",
        "open_now~true~Bar|zoo |",
        "seen.lt~2026-02-01~zoo |",
        "seen.gte~2026-03-01T12:30:00+01:00~Bar|",
        "since~2021-01-01~bar|",
        "name~x' or '1'='1~''",
        "name.in~Bar,it''s~Bar|"
      })
  void a_caller_asks_by_columns_and_operators(String parameter, String value, String names) {
    assertThat(names(places().asking(parameter, value).asking("order", "owner"))).isEqualTo(names);
  }

  @Test
  void order_limit_and_offset_page_through() {
    assertThat(names(places().asking("order", "-owner").asking("limit", "2")))
        .isEqualTo("zoo |Café|");
    assertThat(names(places().asking("order", "owner").asking("limit", "2").asking("offset", "2")))
        .isEqualTo("Café|zoo |");
  }

  @ParameterizedTest
  @CsvSource({
    "nothing,1",
    "seats,many",
    "seats,1.5",
    "seats.like,1",
    "seen,soon",
    "open_now,yes",
    "open_now.gt,true",
    "columns,nothing",
    "columns,''",
    "order,nothing",
    "limit,0",
    "limit,10001",
    "limit,-1",
    "offset,x",
    "format,xml"
  })
  void what_makes_no_sense_is_refused_by_name(String parameter, String value) {
    StoreFailure failure = gate.fetch(places().asking(parameter, value)).failure();

    assertThat(failure)
        .isInstanceOfSatisfying(
            StoreFailure.Refused.class,
            refused -> assertThat(pointer(refused.refusal())).isEqualTo(parameter));
  }

  private static String pointer(Refusal refusal) {
    return refusal.members().get("errors") instanceof java.util.List<?> errors
            && errors.getFirst() instanceof FieldError error
        ? error.pointer()
        : refusal.toString();
  }

  @Test
  void obligations_go_into_the_query() {
    assertThat(names(places().where("name", Operator.NE, "bar"))).isEqualTo("Bar|Café|zoo |");
    assertThat(names(places().delayedBy(Duration.ofHours(1)))).isEqualTo("bar|zoo |");
    assertThat(names(places().goingBack(Duration.ofDays(30)))).isEqualTo("Bar|bar|");
    assertThat(names(places().within(-2, 47, 0, 48.2))).isEqualTo("Bar|");
    assertThat(names(places().atMost(1).asking("order", "owner"))).isEqualTo("Bar|");
  }

  @Test
  void hidden_columns_are_not_selected_and_masks_are_made_in_passing() {
    Heard heard =
        gate.fetch(
                places()
                    .showing("name", "owner", "share", "lon")
                    .masking("owner", How.GENERALISE, 1)
                    .masking("share", How.ROUND, 1)
                    .masking("lon", How.NULL, 0)
                    .asking("name", "bar"))
            .whole();

    assertThat(heard.text())
        .isEqualTo("[{\"name\":\"bar\",\"owner\":\"B***\",\"share\":0.3,\"lon\":null}]");
    assertThat(heard.answer().shaped()).isTrue();
  }

  @Test
  void a_hash_is_the_same_for_equal_values_and_not_the_value() {
    String text =
        gate.fetch(places().masking("owner", How.HASH, 0).asking("columns", "owner"))
            .whole()
            .text();

    assertThat(text).doesNotContain("Anna").containsPattern("\"owner\":\"[0-9a-f]{32}\"");
  }

  @ParameterizedTest
  @CsvSource({"columns,owner", "owner,Anna", "order,owner", "owner.gt,A"})
  void asked_outright_what_is_hidden_is_refused(String parameter, String value) {
    assertThat(gate.fetch(places().showing("name").asking(parameter, value)).failure())
        .isInstanceOfSatisfying(
            StoreFailure.Refused.class,
            f -> assertThat(f.refusal().type()).isEqualTo(ProblemType.TIER_FORBIDS));
  }

  @ParameterizedTest
  @CsvSource({"owner,Anna", "order,owner"})
  void what_is_masked_cant_be_guessed_by_asking(String parameter, String value) {
    assertThat(
            gate.fetch(places().masking("owner", How.HASH, 0).asking(parameter, value)).failure())
        .isInstanceOf(StoreFailure.Refused.class);
  }

  @Test
  void rows_with_a_place_can_be_geojson_no_finer_than_its_columns() {
    assertThat(
            gate.fetch(
                    places()
                        .as(Format.GEOJSON)
                        .masking("lon", How.ROUND, 1)
                        .asking("columns", "name")
                        .where("name", Operator.EQ, "bar"))
                .whole()
                .text())
        .isEqualTo(
            "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":"
                + "{\"type\":\"Point\",\"coordinates\":[-1.8,48.5]},\"properties\":"
                + "{\"name\":\"bar\",\"lon\":-1.8,\"lat\":48.5}}]}");
  }

  @Test
  void ndjson_is_one_row_a_line() {
    assertThat(
            gate.fetch(
                    places()
                        .as(Format.NDJSON)
                        .asking("columns", "name,seats")
                        .asking("order", "owner")
                        .asking("limit", "2"))
                .whole()
                .text())
        .isEqualTo("{\"name\":\"Bar\",\"seats\":10}\n{\"name\":\"bar\",\"seats\":20}\n");
  }

  @Test
  void no_rows_are_an_empty_array() {
    assertThat(gate.fetch(places().asking("name", "none")).whole().text()).isEqualTo("[]");
  }

  @Test
  void a_head_has_no_body() {
    Heard heard = gate.fetch(places().headOnly()).whole();

    assertThat(heard.text()).isEmpty();
    assertThat(heard.rows()).isEqualTo(0);
  }

  @Test
  void a_table_or_column_that_is_not_there_is_unavailable() {
    assertThat(gate.fetch(places().column("gone", Catalogue.Type.TEXT)).failure())
        .isInstanceOf(StoreFailure.Unavailable.class);
  }

  @Test
  void a_wrong_password_is_unavailable_and_only_its_codes_are_told_to_the_operator() {
    Logger logger = (Logger) LoggerFactory.getLogger(SqlStore.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    try {
      assertThat(
              gate.fetch(
                      places()
                          .sealedBy(
                              gate.seal.seal(
                                  SealedCredential.USE,
                                  "{\"kind\":\"sql\",\"password\":\"wrong\"}")))
                  .failure())
          .isInstanceOf(StoreFailure.Unreachable.class);
    } finally {
      logger.detachAppender(told);
    }

    assertThat(told.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains("the database can't be connected to", "SQL state 28000")
        .doesNotContain("wrong", "reader");
  }

  @ParameterizedTest
  @CsvSource({
    "mem:town;INIT=DROP ALL OBJECTS,reader",
    "town?allowLoadLocalInfile=true,reader",
    "../town,reader",
    "mem:town,reader;x"
  })
  void odd_names_never_become_options_of_a_driver(String database, String user) {
    StoreAddress.Sql own = storeAddress();
    StoreAddress.Sql odd =
        new StoreAddress.Sql(own.engine(), own.host(), own.port(), database, user);

    assertThat(gate.fetch(ACall.to(odd, "places").column("name", Catalogue.Type.TEXT)).failure())
        .isInstanceOfSatisfying(
            StoreFailure.Unavailable.class,
            f -> assertThat(f.what().toLowerCase(Locale.ROOT)).contains("odd characters"));
  }

  @Test
  void a_table_name_is_quoted_and_never_sql() {
    assertThat(
            gate.fetch(
                    ACall.to(storeAddress(), "places; drop table places")
                        .column("name", Catalogue.Type.TEXT))
                .failure())
        .isInstanceOf(StoreFailure.Unshapeable.class);
  }

  @Test
  void an_inside_database_is_never_connected_to() {
    try (AGate walled = new AGate(java.util.List.of(), java.util.Map.of(), null)) {
      assertThat(
              walled
                  .fetch(ACall.to(storeAddress(), "places").column("name", Catalogue.Type.TEXT))
                  .failure())
          .isInstanceOfSatisfying(
              StoreFailure.Unavailable.class,
              f -> assertThat(f.what()).contains("octroi.store.allowed-addresses"));
    }
  }

  @Test
  void a_paused_reader_parks_the_query_and_goes_on_where_it_stopped() throws SQLException {
    try (Statement statement = keeping.createStatement()) {
      for (int i = 0; i < 12; i++) {
        statement.execute("insert into places (name, owner) select name, owner from places");
      }
      statement.execute("update places set owner = '0123456789012345678901234567890123456789'");
    }
    AtomicInteger pieces = new AtomicInteger();
    AtomicInteger rows = new AtomicInteger(-1);
    AtomicReference<StoreConnector.@Nullable Fetching> mine = new AtomicReference<>();
    var receiver =
        new StoreConnector.Receiver() {
          @Override
          public void head(StoreAnswer answer) {
            fetching().pause();
          }

          @Override
          public void body(ByteBuf piece) {
            pieces.incrementAndGet();
            piece.release();
          }

          @Override
          public void end(long count) {
            rows.set((int) count);
          }

          @Override
          public void failed(StoreFailure failure) {
            rows.set(-2);
          }

          private StoreConnector.Fetching fetching() {
            var fetching = mine.get();
            if (fetching == null) {
              throw new AssertionError("not begun");
            }
            return fetching;
          }
        };
    mine.set(gate.begin(places().asking("limit", "10000"), receiver));

    AtomicInteger last = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> last.getAndSet(pieces.get()) == pieces.get());
    assertThat(pieces.get()).isLessThan(8);
    assertThat(rows.get()).isEqualTo(-1);

    gate.loop.execute(() -> receiver.fetching().resume());
    await().atMost(Duration.ofSeconds(20)).until(() -> rows.get() != -1);
    assertThat(rows.get()).isEqualTo(10_000);
    assertThat(pieces.get()).isGreaterThan(20);
  }
}
