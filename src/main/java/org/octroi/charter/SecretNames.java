package org.octroi.charter;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.octroi.charter.Entry.Reader;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Secrets as a charter writes them: {@code ${NAME}} and nothing else, so that a charter can be
 * shown to anybody. Only what the operator put below {@value #WHERE} can be named, since a charter
 * chooses the host that its stores' secrets go to: Octroi's own must stay out of its reach.
 *
 * <p>Names are the same when their letters and digits are, whatever the case: {@code STOPS_KEY},
 * {@code stops-key} and the {@code stops.key} that Spring makes of an environment variable.
 */
final class SecretNames {

  /** Where the settings have them; see {@link CharterProperties#secrets}. */
  static final String WHERE = "octroi.charter.secrets";

  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9_.-]{0,99})}");
  private static final Bindable<Map<String, String>> SECRETS =
      Bindable.mapOf(String.class, String.class);

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
                        "a secret is never written in a charter: write ${NAME} and set "
                            + WHERE
                            + ".NAME");
                  }
                  Optional<String> secret = find(name.group(1));
                  return secret.isPresent()
                      ? secret
                      : entry.refuse(
                          name.group(1)
                              + " is not set, or is empty: set "
                              + WHERE
                              + "."
                              + name.group(1)
                              + ", or "
                              + variable(name.group(1))
                              + " in the environment");
                });
  }

  /**
   * The secret of this name. The settings are read each time: the demo adds its own while Octroi
   * starts.
   */
  Optional<String> find(String name) {
    Map<String, String> secrets = new HashMap<>();
    // Where two settings are of one name, the binder has put the stronger one first.
    Binder.get(environment)
        .bind(WHERE, SECRETS)
        .orElse(Map.of())
        .forEach((key, secret) -> secrets.putIfAbsent(folded(key), secret));
    return Optional.ofNullable(secrets.get(folded(name))).filter(secret -> !secret.isBlank());
  }

  private static String folded(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }

  private static String variable(String name) {
    return (WHERE + "." + name).replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
