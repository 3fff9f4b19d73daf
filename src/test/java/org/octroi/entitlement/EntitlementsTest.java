package org.octroi.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.ApplicationId;
import org.octroi.vocabulary.ReuserKind;

/** What has changed, as it is told to gates elsewhere. */
class EntitlementsTest {

  private final Entitlements entitlements = new Entitlements();

  @Test
  void a_thing_that_changed_often_is_told_once_as_it_is_now() {
    ApplicationId one = application(1, true);
    ApplicationId other = application(2, true);
    long before = entitlements.count();
    entitlements.application(3, "desk", "client-" + one, Set.of(), of(one, false), List.of());
    entitlements.application(4, "desk", "client-" + one, Set.of(), of(one, true), List.of());
    entitlements.withoutApplication(5, other);

    Entitlements.News news = entitlements.newsSince(before);

    assertThat(news.whole()).isFalse();
    assertThat(news.count()).isEqualTo(before + 3);
    assertThat(news.changes())
        .containsExactly(
            new EntitlementChange.OfApplication(
                5, "desk", "client-" + one, Set.of(), of(one, true), List.of()),
            new EntitlementChange.WithoutApplication(5, other));
    assertThat(entitlements.newsSince(news.count()).changes()).isEmpty();
  }

  @Test
  void who_knows_nothing_or_too_little_is_told_everything() {
    List<ApplicationId> all = new ArrayList<>();
    for (int i = 1; i <= 10_050; i++) {
      all.add(application(i, true));
    }

    assertThat(entitlements.newsSince(-1).whole()).isTrue();
    assertThat(entitlements.newsSince(10).whole()).isTrue();
    assertThat(entitlements.newsSince(10).changes())
        .as("with the revoked tokens, as one, and the issuers")
        .hasSize(all.size() + 2);
    assertThat(entitlements.newsSince(10_000).whole()).isFalse();
    assertThat(entitlements.newsSince(10_000).changes()).hasSize(50);
    assertThat(entitlements.newsSince(20_000).whole()).as("of another process").isTrue();
  }

  @Test
  void a_gate_that_is_told_everything_has_the_same_and_nothing_else() {
    ApplicationId one = application(7, true);
    Entitlements elsewhere = new Entitlements();
    elsewhere.application(1, "desk", "gone", Set.of(), of(ApplicationId.create(), true), List.of());

    elsewhere.replace(entitlements.newsSince(-1).changes());

    assertThat(elsewhere.current().application("desk", "gone")).isEmpty();
    assertThat(elsewhere.current().application("desk", "client-" + one)).hasValue(of(one, true));
    assertThat(elsewhere.current().revision()).isEqualTo(7);
    assertThat(elsewhere.current()).isEqualTo(entitlements.current());
  }

  private ApplicationId application(long revision, boolean active) {
    ApplicationId id = new ApplicationId(new UUID(7, revision));
    entitlements.application(revision, "desk", "client-" + id, Set.of(), of(id, active), List.of());
    return id;
  }

  private static Snapshot.Application of(ApplicationId id, boolean active) {
    return new Snapshot.Application(id, active, "reuser", ReuserKind.CITIZEN, Set.of(), List.of());
  }
}
