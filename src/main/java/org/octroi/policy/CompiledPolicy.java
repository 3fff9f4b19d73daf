package org.octroi.policy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import org.octroi.policy.compiled.GatePolicy;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;

/**
 * The policy that comes with this version of Octroi, {@code policies/octroi}, evaluated in this
 * JVM: OPA compiled it to WebAssembly, the build compiled that to bytecode. Safe for use by many
 * threads.
 */
@Component
final class CompiledPolicy implements PolicyEngine {

  private static final String MODULE = "/policies/compiled/policy.wasm";

  private final PolicyInstances instances;
  private final String revision;
  private final Timer timer;
  private final Counter failures;

  CompiledPolicy(PolicyProperties properties, MeterRegistry meters) {
    int cores = Runtime.getRuntime().availableProcessors();
    int most = properties.instances() == 0 ? 4 * cores : properties.instances();
    this.revision = Sha256.hex(module());
    this.instances =
        new PolicyInstances(
            () -> new PolicyInstance(GatePolicy.load(), GatePolicy::create),
            Math.min(cores, most),
            most);
    this.timer =
        Timer.builder("octroi.policy.decisions")
            .description("Decisions that the policy was asked for")
            .register(meters);
    this.failures =
        Counter.builder("octroi.policy.failures")
            .description("Decisions that the policy could not give")
            .register(meters);
    Gauge.builder("octroi.policy.instances", instances, PolicyInstances::alive)
        .description("Instances of the compiled policy")
        .register(meters);
  }

  @Override
  public Decision decide(DecisionInput input) {
    long begun = System.nanoTime();
    try {
      String document = document(input);
      String answer = instances.lend(instance -> instance.evaluate(document));
      return DecisionAnswer.read(answer, input.minute());
    } catch (DecisionUnavailableException e) {
      failures.increment();
      throw e;
    } finally {
      timer.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public String document(DecisionInput input) {
    return DecisionDocument.of(input);
  }

  @Override
  public String revision() {
    return revision;
  }

  private static byte[] module() {
    try (InputStream module = CompiledPolicy.class.getResourceAsStream(MODULE)) {
      if (module == null) {
        throw new IllegalStateException(MODULE + " is missing from the program");
      }
      return module.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(MODULE + " can't be read", e);
    }
  }
}
