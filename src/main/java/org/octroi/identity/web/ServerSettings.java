package org.octroi.identity.web;

import org.apache.coyote.ProtocolHandler;
import org.octroi.problem.Problems;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** The server that the desk runs on. */
@Configuration(proxyBeanMethods = false)
class ServerSettings {

  /** Inside of the server's own reports, so that it speaks first. */
  @Bean
  @Order(100)
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> connectorProblems(
      Problems problems) {
    return factory ->
        factory.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ConnectorProblems(problems)));
  }

  /**
   * A pool of threads instead of a virtual one for each request. Virtual threads serve a desk with
   * more to do than processors in no order: of 32 programs at once some waited a hundred times as
   * long as others.
   */
  @Bean
  @Order(200)
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> requestThreads() {
    return factory ->
        factory.addProtocolHandlerCustomizers(
            (ProtocolHandler handler) -> handler.setExecutor(null));
  }
}
