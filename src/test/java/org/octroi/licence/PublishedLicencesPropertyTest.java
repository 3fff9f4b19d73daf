package org.octroi.licence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import org.octroi.identity.web.ExpectedVersion;
import org.octroi.problem.RefusedException;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;
import org.octroi.territory.HolderDraft;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.testing.TestDatabase;
import org.octroi.vocabulary.Actor;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.Role;
import org.octroi.vocabulary.SignedIn;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is tried, by whomever: what is published stays as it is, and is there once. */
class PublishedLicencesPropertyTest {

  private static final Actor HOUSE = new Actor.House("test");

  private static final AnnotationConfigApplicationContext ROOMS = open();
  private static final Territory CITY =
      ROOMS
          .getBean(Territories.class)
          .keep(
              new Slug("vannes"),
              new Bilingual("Vannes", "Vannes"),
              ZoneId.of("Europe/Paris"),
              HOUSE)
          .kept();

  /** Two editors of the holder, and three people who may not write for it. */
  private static final List<Caller> PEOPLE =
      List.of(
          person(Role.HOLDER_EDITOR, Optional.of(holder("port"))),
          person(Role.HOLDER_EDITOR, Optional.of(holder("port"))),
          person(Role.HOLDER_EDITOR, Optional.of(holder("trains"))),
          person(Role.HOLDER_REVIEWER, Optional.of(holder("port"))),
          person(Role.AUDITOR, Optional.empty()));

  enum What {
    BEGIN,
    NEXT,
    REVISE,
    REVISE_BADLY,
    DISCARD,
    PUBLISH,
    PUBLISH_LATER,
    ASK_AGAIN,
    CHARTER
  }

  private static AnnotationConfigApplicationContext open() {
    DataSource database = TestDatabase.Engine.H2.migrated().dataSource();
    AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    context.registerBean(DataSource.class, () -> database);
    context.register(Rooms.class);
    context.refresh();
    return context;
  }

  @AfterContainer
  static void close() {
    ROOMS.close();
  }

  private static HolderId holder(String slug) {
    return ROOMS
        .getBean(Holders.class)
        .keep(
            CITY.id(),
            new HolderDraft(
                new Slug(slug), slug, HolderKind.PRIVATE, Optional.empty(), true, Optional.empty()),
            HOUSE)
        .kept()
        .id();
  }

  private static Caller person(Role role, Optional<HolderId> holder) {
    Optional<TerritoryId> where = Optional.of(CITY.id());
    return new Caller(
        PersonId.create(),
        List.of(new Caller.Grant(role, where, holder)),
        Set.of(),
        SignedIn.PERSONAL_TOKEN);
  }

  @Property(tries = 60)
  void a_published_text_never_changes_and_no_number_is_given_twice(
      @ForAll @Size(min = 5, max = 40) List<What> deeds,
      @ForAll @Size(value = 40) List<@IntRange(max = 9) Integer> dice) {
    Slug slug = new Slug("l" + UUID.randomUUID());
    String name = Licences.ownName(CITY.slug(), slug);
    Licences licences = ROOMS.getBean(Licences.class);
    Map<Integer, String> published = new TreeMap<>();
    for (int i = 0; i < deeds.size(); i++) {
      try {
        // Mostly an editor, so that something happens.
        Caller by = PEOPLE.get(Math.max(0, dice.get(i) - 5));
        doIt(deeds.get(i), slug, name, by, dice.get(i));
      } catch (RefusedException refused) {
        // That is an answer too.
      }
      Map<Integer, String> now = new TreeMap<>();
      licences
          .find(name)
          .map(found -> licences.versions(found.id()))
          .orElse(List.of())
          .forEach(
              version ->
                  assertThat(now.put(version.number(), everything(licences, version)))
                      .as("two versions %s", version.number())
                      .isNull());
      assertThat(now).containsAllEntriesOf(published);
      assertThat(now.keySet()).allMatch(number -> number >= 1 && number <= now.size());
      published.putAll(now);
    }
  }

  private static String everything(Licences licences, LicenceVersion version) {
    LicenceTexts texts = licences.texts(version.id()).orElseThrow();
    assertThat(texts.sha256()).isEqualTo(version.textSha256());
    return String.join(
        "|",
        version.id().toString(),
        version.textSha256(),
        texts.toString(),
        version.terms().toString(),
        version.publishedAt().toString(),
        version.effectiveAt().toString(),
        version.reacceptBy().toString());
  }

  private static void doIt(What what, Slug slug, String name, Caller by, int text) {
    switch (what) {
      case BEGIN ->
          ROOMS.getBean(BeginLicence.class).handle(CITY, "port", slug, content(text, true), by);
      case NEXT -> ROOMS.getBean(BeginNextVersion.class).handle(name, by);
      case REVISE ->
          ROOMS.getBean(ReviseDraft.class).handle(name, content(text, true), seen(name, by), by);
      case REVISE_BADLY ->
          ROOMS.getBean(ReviseDraft.class).handle(name, content(text, false), seen(name, by), by);
      case DISCARD -> ROOMS.getBean(DiscardDraft.class).handle(name, seen(name, by), by);
      case PUBLISH -> publish(name, by, false, Optional.empty(), 0);
      case PUBLISH_LATER -> publish(name, by, false, Optional.empty(), text);
      case ASK_AGAIN -> publish(name, by, true, Optional.of(Period.ofDays(30 + text)), 0);
      case CHARTER ->
          ROOMS
              .getBean(Licences.class)
              .publish(
                  CITY,
                  new LicenceDraft(
                      name,
                      Optional.empty(),
                      new Bilingual("Charte", "Charter"),
                      Optional.empty(),
                      1 + text % 4,
                      new LicenceTexts(Optional.of("Charte " + text), Optional.empty(), "fr"),
                      terms()),
                  HOUSE);
    }
  }

  private static void publish(
      String name, Caller by, boolean reacceptance, Optional<Period> grace, int days) {
    ROOMS
        .getBean(PublishDraft.class)
        .handle(
            name,
            new PublishDraft.Ask(
                days == 0
                    ? Optional.empty()
                    : Optional.of(Clock.systemUTC().instant().plusSeconds(days)),
                reacceptance,
                grace,
                Set.of()),
            seen(name, by),
            by);
  }

  private static ExpectedVersion seen(String name, Caller by) {
    return new ExpectedVersion.Exactly(ROOMS.getBean(WorkingDrafts.class).see(name, by).version());
  }

  private static WorkingDraft.Content content(int text, boolean whole) {
    return new WorkingDraft.Content(
        new Bilingual("Licence " + text, "Licence " + text),
        terms(),
        Optional.of("Il peut utiliser les données, variante " + text),
        whole ? Optional.of("One may use the data, variant " + text) : Optional.empty(),
        text % 2 == 0 ? "fr" : "en",
        Optional.empty());
  }

  private static Terms terms() {
    return new Terms(new TreeSet<>(Set.of("use")), new TreeSet<>(), new TreeSet<>());
  }

  /** Not annotated as a configuration, so that no other test finds it by a scan. */
  @EnableTransactionManagement
  @ConfigurationPropertiesScan("org.octroi.problem")
  @ComponentScan(
      basePackages = {"org.octroi.audit", "org.octroi.territory", "org.octroi.licence"},
      excludeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*Test.*"))
  static class Rooms {

    @Bean
    Clock clock() {
      return Clock.systemUTC();
    }

    @Bean
    Seal seal() {
      return FixedSeal.of(7);
    }

    @Bean
    JsonMapper json() {
      return JsonMapper.shared();
    }

    @Bean
    JdbcClient jdbc(DataSource database) {
      return JdbcClient.create(database);
    }

    @Bean
    PlatformTransactionManager transactions(DataSource database) {
      return new JdbcTransactionManager(database);
    }
  }
}
