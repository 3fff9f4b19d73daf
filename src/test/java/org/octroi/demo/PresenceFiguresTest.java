package org.octroi.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresenceFiguresTest {

  private final List<PresenceFigures.Row> rows = PresenceFigures.rows();

  @Test
  void every_machine_makes_the_same_rows() throws Exception {
    String text =
        rows.stream().map(r -> String.join(",", r.values())).collect(Collectors.joining("\n"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("6604586843f85a5a4faeeeca5cca1c8e3e773bc24cb0333fe81c574f2a036b9b");
  }

  @Test
  void thirty_days_of_eight_districts_have_a_row_for_each_hour() {
    assertThat(rows).hasSize(30 * 24 * 8).doesNotHaveDuplicates();
  }

  @Test
  void nobody_is_counted_below_zero_and_presence_is_everybody() {
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(List.of(row.residents(), row.workers(), row.visitors()))
                  .allMatch(n -> n >= 0);
              assertThat(row.presence())
                  .isEqualTo(row.residents() + row.workers() + row.visitors());
            });
  }
}
