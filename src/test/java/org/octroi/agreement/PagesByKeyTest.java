package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.h2.tools.RunScript;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.octroi.audit.AuditTrail;
import org.octroi.identity.Applications;
import org.octroi.territory.PageAsk;
import org.octroi.territory.Territories;
import org.octroi.testing.Statements;
import org.octroi.testing.TestDatabase;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.OrganisationId;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.SignedIn;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Lists over many rows, the bench's own, read to their end page by page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesByKeyTest {

  private static final int REQUESTS = 50_000;
  private static final String NUMBER = "00000000-0000-7000-%s-%012d";
  private static final TerritoryId LAND = TerritoryId.of(NUMBER.formatted("9001", 0));
  private static final HolderId HOLDER = HolderId.of(NUMBER.formatted("9002", 0));

  private static final Caller BUSIEST =
      new Caller(
          PersonId.of(NUMBER.formatted("9007", 0)),
          List.of(),
          Set.of(OrganisationId.of(NUMBER.formatted("9008", 0))),
          SignedIn.SESSION);
  private static final Caller REVIEWER =
      with(new Caller.Grant(Role.HOLDER_REVIEWER, Optional.of(LAND), Optional.of(HOLDER)));
  private static final Caller OF_LAND =
      with(new Caller.Grant(Role.AUDITOR, Optional.of(LAND), Optional.empty()));
  private static final Caller OF_ALL =
      with(new Caller.Grant(Role.AUDITOR, Optional.empty(), Optional.empty()));

  /** What the rows are copied from. */
  private static final String FIRST =
      """
      set referential_integrity false;
      insert into territory values
        ('t', 'first', 'Un', 'One', 'Europe/Paris', 1, current_timestamp, current_timestamp);
      insert into holder (id, territory_id, slug, name, kind, fictitious, revision, created_at,
          updated_at)
        values ('h', 't', 'h', 'H', 'city', false, 1, current_timestamp, current_timestamp);
      insert into dataset (id, territory_id, holder_id, slug, title_fr, title_en, description_fr,
          description_en, source, last_update, themes, classification, flags, revision, created_at,
          updated_at)
        values ('d', 't', 'h', 'd', 'D', 'D', 'D', 'D', 'S', current_timestamp, '', 'public', '',
          1, current_timestamp, current_timestamp);
      insert into offer (id, territory_id, holder_id, slug, number, title_fr, title_en,
          licence_version_id, tier, purposes, reuser_kinds, eligibility, approval, level,
          published_at)
        values ('o', 't', 'h', 'o', 1, 'O', 'O', '00000000-0000-7000-9012-000000000000', '{}', '[]',
          '', 'identified', 'automatic', 'engaged', current_timestamp);
      """;

  private final AnnotationConfigApplicationContext rooms = new AnnotationConfigApplicationContext();
  private JdbcClient sql;

  private static Caller with(Caller.Grant grant) {
    return new Caller(PersonId.create(), List.of(grant), Set.of(), SignedIn.SESSION);
  }

  @BeforeAll
  void many_rows() throws Exception {
    DataSource source = TestDatabase.Engine.H2.migrated().dataSource();
    String rows =
        Files.readString(Path.of("bench/desk/rows.sql.template"))
            .replace("@requests@", Integer.toString(REQUESTS))
            .replace("@prefix@", "octp_")
            .replace("@text@", "0".repeat(64))
            .replace("@basis@", "private-holder");
    try (Connection connection = source.getConnection()) {
      RunScript.execute(connection, new StringReader(FIRST + rows));
    }
    sql = JdbcClient.create(Statements.listenedTo(source));
    rooms.registerBean(JdbcClient.class, () -> sql);
    rooms.registerBean(Clock.class, Clock::systemUTC);
    rooms.registerBean(JsonMapper.class, () -> JsonMapper.builder().build());
    rooms.register(
        AuditTrail.class,
        Territories.class,
        Applications.class,
        AccessRequests.class,
        Agreements.class,
        Register.class);
    rooms.refresh();
  }

  @AfterAll
  void close() {
    rooms.close();
  }

  @Test
  void requests_come_page_by_page_all_and_each_once() throws Exception {
    AccessRequests requests = rooms.getBean(AccessRequests.class);
    String own = "application_id in ('%s', '%s', '%s')";
    assertWhole(
        ask -> requests.list(BUSIEST, Optional.empty(), ask).map(one -> one.id().toString()),
        "access_request where "
            + own.formatted(
                NUMBER.formatted("9009", 0),
                NUMBER.formatted("9009", 2000),
                NUMBER.formatted("9009", 4000)));
    assertWhole(
        ask -> requests.list(REVIEWER, Optional.empty(), ask).map(one -> one.id().toString()),
        "access_request where status <> 'draft' and holder_id = '" + HOLDER + "'");
    assertWhole(
        ask -> requests.list(OF_LAND, Optional.empty(), ask).map(one -> one.id().toString()),
        "access_request where status <> 'draft' and territory_id = '" + LAND + "'");
    assertWhole(
        ask -> requests.list(OF_ALL, Optional.empty(), ask).map(one -> one.id().toString()),
        "access_request where status <> 'draft'");
  }

  @Test
  void agreements_come_page_by_page_all_and_each_once() throws Exception {
    Agreements agreements = rooms.getBean(Agreements.class);
    assertWhole(
        ask -> agreements.list(BUSIEST, Optional.empty(), ask).map(one -> one.id().toString()),
        "agreement where owner_id = '" + NUMBER.formatted("9008", 0) + "'");
    assertWhole(
        ask -> agreements.list(REVIEWER, Optional.empty(), ask).map(one -> one.id().toString()),
        "agreement where holder_id = '" + HOLDER + "'");
    assertWhole(
        ask -> agreements.list(OF_ALL, Optional.of(LAND), ask).map(one -> one.id().toString()),
        "agreement where territory_id = '" + LAND + "'");
  }

  @Test
  void the_register_comes_page_by_page_each_entry_once() throws Exception {
    Register register = rooms.getBean(Register.class);
    assertWhole(
        ask -> register.inForce(Optional.empty(), ask).map(Register.Entry::number),
        "agreement where status = 'active'");
    assertWhole(
        ask -> register.inForce(Optional.of(LAND), ask).map(Register.Entry::number),
        "agreement where status = 'active' and territory_id = '" + LAND + "'");
  }

  private void assertWhole(Function<PageAsk, Page<String>> list, String rows) throws Exception {
    List<String> read = new ArrayList<>();
    Optional<String> after = Optional.of("");
    List<Integer> statements = new ArrayList<>();
    while (after.isPresent()) {
      PageAsk ask = new PageAsk(PageAsk.MOST, after.get());
      List<Page<String>> page = new ArrayList<>();
      statements.add(Statements.of(() -> page.add(list.apply(ask))).size());
      read.addAll(page.getFirst().items());
      after = page.getFirst().next();
    }

    assertThat(read)
        .isSortedAccordingTo(Comparator.reverseOrder())
        .doesNotHaveDuplicates()
        .hasSize(sql.sql("select count(*) from " + rows).query(Integer.class).single());
    assertThat(read).isNotEmpty();
    assertThat(Set.copyOf(statements)).as("statements of each page").hasSize(1);
  }
}
