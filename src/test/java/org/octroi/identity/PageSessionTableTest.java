package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.octroi.testing.TestDatabase;
import org.octroi.testing.TestDatabase.Engine;
import org.octroi.vocabulary.PersonId;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables of sessions, as the library uses them, on both engines. */
class PageSessionTableTest {

  private static final String CONTEXT =
      HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY;

  @ParameterizedTest
  @EnumSource
  void a_session_is_kept_read_by_another_desk_and_ended_by_person(Engine engine) {
    TestDatabase database = engine.migrated();
    JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    JdbcIndexedSessionRepository sessions =
        new JdbcIndexedSessionRepository(
            jdbc, new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())));
    sessions.setTableName("PAGE_SESSION");
    sessions.setConversionService(new SessionStore().springSessionConversionService());
    PersonId person = PersonId.create();

    String kept = keep(sessions, person);

    assertThat(principal(sessions, kept).person()).isEqualTo(person);
    assertThat(jdbc.update("delete from PAGE_SESSION where PRINCIPAL_NAME = ?", person.toString()))
        .isEqualTo(1);
    assertThat(sessions.findById(kept)).isNull();
    assertThat(jdbc.queryForObject("select count(*) from PAGE_SESSION_ATTRIBUTES", Long.class))
        .isZero();
    sessions.cleanUpExpiredSessions();
  }

  private static <S extends Session> String keep(
      FindByIndexNameSessionRepository<S> sessions, PersonId person) {
    S session = sessions.createSession();
    session.setAttribute(
        CONTEXT,
        new SecurityContextImpl(
            new PageAuthentication(
                new SignedInPerson(person.value(), Instant.EPOCH, SignInMeans.PASSWORD))));
    sessions.save(session);
    return session.getId();
  }

  private static <S extends Session> SignedInPerson principal(
      FindByIndexNameSessionRepository<S> sessions, String id) {
    SecurityContextImpl context =
        Objects.requireNonNull(sessions.findById(id)).getRequiredAttribute(CONTEXT);
    return ((PageAuthentication) Objects.requireNonNull(context.getAuthentication()))
        .getPrincipal();
  }
}
