package org.octroi.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.StoreId;

class ConnectorsTest {

  private final EventLoop loop = new DefaultEventLoop();

  @AfterEach
  void stop() {
    loop.shutdownGracefully();
  }

  /** Fails before anything is under way. */
  private static final class Broken implements StoreConnector {
    @Override
    public boolean speaks(StoreAddress address) {
      return address instanceof StoreAddress.Folder;
    }

    @Override
    public Fetching fetch(StoreCall call, EventLoop loop, Receiver receiver) {
      throw new UnsupportedOperationException("broken");
    }
  }

  private static Connectors oneAtATime() {
    Duration second = Duration.ofSeconds(1);
    return new Connectors(
        List.of(new Broken()),
        new StoreProperties(1, List.of(), Map.of(), second, second, second, second, 1, null),
        new SimpleMeterRegistry());
  }

  @Test
  void a_fetch_that_could_not_begin_takes_nobodys_place() {
    Connectors connectors = oneAtATime();
    StoreCall call =
        ACall.to(new StoreAddress.Folder("root", ""), "file").of(StoreId.create()).call();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> connectors.fetch(call, loop, new Heard()))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void a_store_that_nobody_speaks_to_is_a_fault_each_time() {
    Connectors connectors = oneAtATime();
    StoreCall call =
        ACall.to(new StoreAddress.Http(false, "127.0.0.1", 1, ""), "/").of(StoreId.create()).call();

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> connectors.fetch(call, loop, new Heard()))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
