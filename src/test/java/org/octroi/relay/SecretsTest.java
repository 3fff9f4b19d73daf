package org.octroi.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.octroi.secret.FixedSeal;
import org.octroi.secret.Seal;
import org.octroi.usage.Pseudonyms;

/** Secrets on their way from the desk to a gate. */
class SecretsTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 27);

  private final Seal desks = FixedSeal.of(1);
  private final Seal gates = FixedSeal.of(2);

  @Test
  void a_gate_keeps_secrets_under_a_seal_of_its_own() throws IOException {
    Brief.PseudonymKey key = Brief.PseudonymKey.of(DAY, new Pseudonyms(desks), desks);

    Brief.PseudonymKey arrived = sent(key, Secrets.travelling(gates));

    assertThatThrownBy(() -> gates.open(Brief.PseudonymKey.USE, key.sealed()))
        .isInstanceOf(Seal.BrokenSealException.class);
    assertThat(gates.open(Brief.PseudonymKey.USE, arrived.sealed()))
        .isEqualTo(desks.derive("pseudonym-" + DAY));
  }

  @Test
  void a_secret_that_comes_again_is_the_same_text() throws IOException {
    Secrets atTheGate = Secrets.travelling(gates);
    Pseudonyms pseudonyms = new Pseudonyms(desks);

    Brief.PseudonymKey first = sent(Brief.PseudonymKey.of(DAY, pseudonyms, desks), atTheGate);
    Brief.PseudonymKey again = sent(Brief.PseudonymKey.of(DAY, pseudonyms, desks), atTheGate);

    assertThat(again).isEqualTo(first);
  }

  @Test
  void what_the_desk_can_not_open_stays_shut_at_the_gate() throws IOException {
    Brief.PseudonymKey arrived =
        sent(new Brief.PseudonymKey(DAY.toString(), "v1.broken"), Secrets.travelling(gates));

    assertThatThrownBy(() -> gates.open(Brief.PseudonymKey.USE, arrived.sealed()))
        .isInstanceOf(Seal.BrokenSealException.class);
  }

  private Brief.PseudonymKey sent(Brief.PseudonymKey key, Secrets atTheGate) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Question.NEWS
        .answered()
        .write(
            new Brief(
                new UUID(1, 1),
                1,
                true,
                List.of(),
                new Brief.Standing("d", "g", "a", Map.of(), List.of(key))),
            bytes,
            Secrets.travelling(desks));
    return Question.NEWS
        .answered()
        .read(new ByteArrayInputStream(bytes.toByteArray()), atTheGate)
        .standing()
        .pseudonymKeys()
        .getFirst();
  }
}
