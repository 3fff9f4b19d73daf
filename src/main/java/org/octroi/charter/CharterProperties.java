package org.octroi.charter;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which charters are in force.
 *
 * @param load charter files to apply at each start, in this order; one that says nothing new
 *     changes nothing, one with anything wrong in it stops the start
 * @param secrets the secrets that charters may name as {@code ${NAME}}, by name; best given in the
 *     environment, as OCTROI_CHARTER_SECRETS_NAME; upper and lower case, and all but letters and
 *     digits, make no difference
 */
@ConfigurationProperties("octroi.charter")
record CharterProperties(@DefaultValue List<Path> load, @DefaultValue Map<String, String> secrets) {

  CharterProperties {
    load = List.copyOf(load);
    secrets = Map.copyOf(secrets);
  }

  /** Says the names of the secrets only. */
  @Override
  public String toString() {
    return "CharterProperties[load=" + load + ", secrets of " + secrets.keySet() + "]";
  }
}
