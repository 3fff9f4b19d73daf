package org.octroi.authority;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Objects;
import org.octroi.vocabulary.Sha256;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationToken;

/**
 * A device that asks again before its five seconds are over, while nobody has answered, is told to
 * slow down (RFC 8628 §3.5). Each desk counts for itself. Safe for use by many threads.
 */
final class DevicesInTurn implements AuthenticationProvider {

  /** What a device is told where nothing else is said (RFC 8628 §3.2). */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private static final int MOST = 50_000;

  private final AuthenticationProvider provider;
  private final Cache<String, Boolean> asked =
      Caffeine.newBuilder().expireAfterWrite(INTERVAL).maximumSize(MOST).build();

  DevicesInTurn(AuthenticationProvider provider) {
    this.provider = provider;
  }

  @Override
  public Authentication authenticate(Authentication request) {
    try {
      return Objects.requireNonNull(provider.authenticate(request));
    } catch (OAuth2AuthenticationException e) {
      String code = ((OAuth2DeviceCodeAuthenticationToken) request).getDeviceCode();
      if (e.getError().getErrorCode().equals("authorization_pending")
          && asked.asMap().put(Sha256.hex(code), true) != null) {
        throw new OAuth2AuthenticationException("slow_down");
      }
      throw e;
    }
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return provider.supports(authentication);
  }
}
