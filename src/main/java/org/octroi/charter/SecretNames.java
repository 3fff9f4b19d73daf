package org.octroi.charter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.charter.Entry.Reader;
import org.springframework.core.env.Environment;

/**
 * Secrets as a charter writes them: {@code ${NAME}} and nothing else, so that a charter can be
 * shown to anybody. The value comes from the environment or the configuration.
 */
final class SecretNames {

  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9_.-]{0,99})}");

  private final Environment environment;

  SecretNames(Environment environment) {
    this.environment = environment;
  }

  /** Reads the name and gives the secret; no finding repeats what stands there. */
  Reader<String> secret() {
    return entry ->
        entry
            .scalar()
            .flatMap(
                text -> {
                  Matcher name = NAME.matcher(text);
                  if (!name.matches()) {
                    return entry.refuse(
                        "a secret is never written in a charter: write ${NAME} and set NAME in the"
                            + " environment");
                  }
                  String value = environment.getProperty(name.group(1));
                  return value == null || value.isBlank()
                      ? entry.refuse(name.group(1) + " is not set in the environment, or is empty")
                      : Optional.of(value);
                });
  }
}
