package org.octroi.gate;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * What the gate's port is secured with: an SSL bundle of Spring Boot's, taken up anew when it is
 * reloaded. Connections that are open keep what they were opened with. Safe for use by many
 * threads.
 */
final class GateTls implements Supplier<@Nullable SslContext> {

  private static final Logger LOG = LoggerFactory.getLogger(GateTls.class);
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  private final boolean http2;
  private volatile @Nullable SslContext context;

  /**
   * @param name the bundle's name; empty for a port in the clear
   * @throws StartRefusedException when there is no such bundle, or it can't serve
   */
  GateTls(String name, boolean http2, SslBundles bundles) {
    this.http2 = http2;
    if (name.isEmpty()) {
      return;
    }
    try {
      context = context(bundles.getBundle(name));
      bundles.addBundleUpdateHandler(name, renewed -> renew(name, renewed));
    } catch (NoSuchSslBundleException | SSLException | IllegalStateException e) {
      throw new StartRefusedException(
          "The gate can't speak TLS with the bundle \"" + name + "\": " + e.getMessage(),
          "Describe it under spring.ssl.bundle.pem."
              + name
              + " or spring.ssl.bundle.jks."
              + name
              + ", or leave octroi.gate.ssl-bundle empty.");
    }
  }

  @Override
  public @Nullable SslContext get() {
    return context;
  }

  private void renew(String name, SslBundle bundle) {
    try {
      context = context(bundle);
      LOG.atInfo().addKeyValue("bundle", name).log("The gate took up a new certificate");
    } catch (SSLException | IllegalStateException e) {
      LOG.atError()
          .addKeyValue("bundle", name)
          .setCause(e)
          .log("A new certificate can't be used; the gate goes on with the one before");
    }
  }

  private SslContext context(SslBundle bundle) throws SSLException {
    KeyPairs.check(bundle);
    SslOptions options = bundle.getOptions();
    SslContextBuilder builder =
        SslContextBuilder.forServer(bundle.getManagers().getKeyManagerFactory())
            .sslProvider(SslProvider.JDK)
            .clientAuth(ClientAuth.NONE)
            .protocols(
                options.getEnabledProtocols() == null
                    ? PROTOCOLS
                    : List.of(options.getEnabledProtocols()));
    if (options.getCiphers() != null) {
      builder.ciphers(Arrays.asList(options.getCiphers()));
    }
    if (http2) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              ApplicationProtocolNames.HTTP_2,
              ApplicationProtocolNames.HTTP_1_1));
    }
    return builder.build();
  }
}
