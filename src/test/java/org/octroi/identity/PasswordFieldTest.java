package org.octroi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The field of a new password, on every form that has one, against the rules for passwords. */
class PasswordFieldTest {

  @Test
  void the_form_takes_the_passwords_that_the_rules_take() throws IOException {
    assertThat(Files.readString(Path.of("src/main/resources/templates/forms.html")))
        .contains(
            "minlength=\"%d\" maxlength=\"%d\"".formatted(Passwords.SHORTEST, Passwords.LONGEST));
  }
}
