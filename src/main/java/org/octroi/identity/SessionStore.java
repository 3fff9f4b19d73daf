package org.octroi.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.PublicAddresses;
import org.octroi.secret.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.GenericConversionService;
import org.springframework.core.serializer.support.SerializingConverter;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.HttpSessionIdResolver;

/**
 * Keeps sessions in the database (Spring Session), so that neither a restart nor a second desk
 * signs anybody out. The cookie is the session's id sealed by the key file: who reads the database,
 * or a backup of it, can't make a cookie of what stands there.
 */
@Configuration(proxyBeanMethods = false)
class SessionStore {

  private static final Logger LOG = LoggerFactory.getLogger(SessionStore.class);

  private static final String SEALED_FOR = "page-session";

  /** What a session holds is ours, Spring Security's and the JDK's plain values; nothing else. */
  private static final ObjectInputFilter KNOWN =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=20;maxrefs=5000;maxbytes=200000;org.octroi.identity.*;"
              + "org.springframework.security.**;java.lang.*;java.util.*;java.time.*;!*");

  @Bean
  HttpSessionIdResolver sessionCookie(Seal seal, PublicAddresses addresses) {
    DefaultCookieSerializer cookie = new DefaultCookieSerializer();
    cookie.setCookieName(CookieNames.of(addresses, "octroi"));
    cookie.setCookiePath("/");
    cookie.setUseHttpOnlyCookie(true);
    cookie.setUseSecureCookie(CookieNames.secure(addresses));
    cookie.setSameSite("Lax");
    cookie.setUseBase64Encoding(false);
    return new SealedCookie(cookie, seal);
  }

  @Bean
  @SuppressWarnings("NullAway") // A converter may answer null; the library takes it for empty.
  ConversionService springSessionConversionService() {
    GenericConversionService conversions = new GenericConversionService();
    conversions.addConverter(Object.class, byte[].class, new SerializingConverter());
    conversions.addConverter(byte[].class, Object.class, SessionStore::read);
    return conversions;
  }

  /**
   * What was kept; nothing where it can't be read, because another version of the program wrote it:
   * then its owner signs in again.
   */
  private static @Nullable Object read(byte[] kept) {
    try (InputStream bytes = new ByteArrayInputStream(kept);
        ObjectInputStream in = new ObjectInputStream(bytes)) {
      in.setObjectInputFilter(KNOWN);
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      LOG.warn("A session can't be read and is taken for empty: {}", e.toString());
      return null;
    }
  }

  private record SealedCookie(CookieSerializer cookie, Seal seal) implements HttpSessionIdResolver {

    @Override
    public List<String> resolveSessionIds(HttpServletRequest request) {
      return cookie.readCookieValues(request).stream().flatMap(v -> open(v).stream()).toList();
    }

    private List<String> open(String value) {
      try {
        return List.of(seal.openText(SEALED_FOR, value));
      } catch (Seal.BrokenSealException e) {
        return List.of();
      }
    }

    @Override
    public void setSessionId(
        HttpServletRequest request, HttpServletResponse response, String sessionId) {
      cookie.writeCookieValue(
          new CookieSerializer.CookieValue(request, response, seal.seal(SEALED_FOR, sessionId)));
    }

    @Override
    public void expireSession(HttpServletRequest request, HttpServletResponse response) {
      cookie.writeCookieValue(new CookieSerializer.CookieValue(request, response, ""));
    }
  }
}
