package org.octroi.authority;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.octroi.audit.AuditTrail;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What people let applications do. Safe for use by many threads. */
@Component
class Consents implements OAuth2AuthorizationConsentService {

  private final JdbcClient jdbc;
  private final Clock clock;
  private final AuditTrail trail;
  private final TransactionTemplate transaction;

  Consents(JdbcClient jdbc, Clock clock, AuditTrail trail, TransactionTemplate transaction) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.trail = trail;
    this.transaction = transaction;
  }

  /** What a person let an application do. */
  record Given(ApplicationId application, String name, Set<String> scopes, Instant since) {}

  @Override
  public void save(OAuth2AuthorizationConsent consent) {
    transaction.executeWithoutResult(
        status -> {
          delete(consent.getPrincipalName(), consent.getRegisteredClientId());
          jdbc.sql(
                  """
                  insert into consent (person_id, application_id, scopes, given_at)
                  values (:person, :application, :scopes, :now)
                  """)
              .param("person", consent.getPrincipalName())
              .param("application", consent.getRegisteredClientId())
              .param("scopes", String.join(" ", new TreeSet<>(consent.getScopes())))
              .param("now", UtcTimes.column(clock.instant()))
              .update();
          record("consent.give", consent.getPrincipalName(), consent.getRegisteredClientId());
        });
  }

  @Override
  public void remove(OAuth2AuthorizationConsent consent) {
    withdraw(
        PersonId.of(consent.getPrincipalName()), ApplicationId.of(consent.getRegisteredClientId()));
  }

  /** Takes back what was let; false where nothing was. */
  boolean withdraw(PersonId person, ApplicationId application) {
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              if (delete(person.toString(), application.toString()) == 0) {
                return false;
              }
              record("consent.withdraw", person.toString(), application.toString());
              return true;
            }));
  }

  private int delete(String person, String application) {
    return jdbc.sql(
            "delete from consent where person_id = :person and application_id = :application")
        .param("person", person)
        .param("application", application)
        .update();
  }

  private void record(String action, String person, String application) {
    trail.record(
        new Actor.Person(PersonId.of(person)),
        action,
        Optional.empty(),
        "application",
        application,
        Map.of());
  }

  @Override
  public @Nullable OAuth2AuthorizationConsent findById(String application, String person) {
    return jdbc.sql(
            """
            select scopes from consent
            where person_id = :person and application_id = :application
            """)
        .param("person", person)
        .param("application", application)
        .query(
            (row, n) -> {
              OAuth2AuthorizationConsent.Builder consent =
                  OAuth2AuthorizationConsent.withId(application, person);
              words(row.getString("scopes")).forEach(consent::scope);
              return consent.build();
            })
        .optional()
        .orElse(null);
  }

  /** All that a person let applications do, the newest first. */
  List<Given> of(PersonId person) {
    return jdbc.sql(
            """
            select c.application_id, a.name, c.scopes, c.given_at
            from consent c join application a on a.id = c.application_id
            where c.person_id = :person
            order by c.given_at desc, c.application_id
            """)
        .param("person", person.toString())
        .query(
            (row, n) ->
                new Given(
                    ApplicationId.of(row.getString("application_id")),
                    row.getString("name"),
                    words(row.getString("scopes")),
                    UtcTimes.instant(row.getObject("given_at", LocalDateTime.class))))
        .list();
  }

  private static Set<String> words(String column) {
    return Set.of(column.split(" ")).stream()
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
