package org.octroi.gate;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.octroi.entitlement.Entitlements;
import org.octroi.gate.http.WireProtocols;
import org.octroi.policy.PolicyEngine;
import org.octroi.policy.RememberedDecisions;
import org.octroi.problem.Problems;
import org.octroi.problem.PublicAddresses;
import org.octroi.quota.ApplicationAllowance;
import org.octroi.quota.Quotas;
import org.octroi.secret.Seal;
import org.octroi.store.Connectors;
import org.octroi.token.ProofVerifier;
import org.octroi.token.TokenVerifier;
import org.octroi.usage.Channels;
import org.octroi.usage.Pseudonyms;
import org.octroi.usage.UsageJournal;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the gate together, where this process has the role {@code gate}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnExpression("'${octroi.roles:gate,desk}'.contains('gate')")
class GateRoom {

  @Bean
  GateHealth gateHealthIndicator(Gate gate) {
    return new GateHealth(gate);
  }

  @Bean
  Gate gate(
      GateProperties properties,
      PublicAddresses addresses,
      Problems problems,
      Entitlements entitlements,
      TokenVerifier tokens,
      ProofVerifier proofs,
      Pseudonyms pseudonyms,
      Channels channels,
      RememberedDecisions decisions,
      PolicyEngine policy,
      Quotas quotas,
      ApplicationAllowance ofApplications,
      Connectors connectors,
      Seal seal,
      UsageJournal journal,
      SslBundles bundles,
      MeterRegistry meters,
      ObjectProvider<Clock> clock) {
    CallerAddress callers =
        new CallerAddress(properties.trustedProxies(), properties.forwardedField());
    Meter meter = new Meter(journal);
    Answer answer = new Answer(problems, addresses, meter, proofs);
    GatePath path =
        new GatePath(
            new Route(new Callers(callers, pseudonyms, channels)),
            new Identify(tokens, proofs, new KeysUsed(journal), addresses),
            new Entitle(addresses),
            new Decide(
                decisions,
                policy,
                journal,
                new NewShapes(properties.newShapesPerMinute()),
                addresses),
            new Spend(quotas, ofApplications),
            new Fetch(connectors, seal, properties.storeTimeout(), addresses, answer, meter),
            answer);
    return new Gate(
        properties,
        entitlements,
        path,
        new Preflight(answer),
        new ResourceMetadata(addresses),
        answer,
        new WireProtocols(
            new GateTls(properties.sslBundle(), properties.http2(), bundles),
            properties.clearTextHttp2(),
            callers::trusts),
        clock.getIfAvailable(Clock::systemUTC),
        meters);
  }
}
