package org.octroi.identity.web;

import org.octroi.problem.Problems;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Puts {@link ConnectorProblems} inside of the server's own reports, so that it speaks first. */
@Configuration(proxyBeanMethods = false)
class ServerSettings {

  @Bean
  @Order(100)
  WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> connectorProblems(
      Problems problems) {
    return factory ->
        factory.addContextCustomizers(
            context -> context.getParent().getPipeline().addValve(new ConnectorProblems(problems)));
  }
}
