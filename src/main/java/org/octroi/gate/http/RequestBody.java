package org.octroi.gate.http;

import io.netty.buffer.ByteBuf;
import org.octroi.problem.Refusal;

/**
 * The body of a request, as it arrives. Nothing of it is read from the client, and no {@code 100
 * Continue} is sent (RFC 9110 §10.1.1), before somebody wants it. On the connection's event loop
 * only.
 */
public interface RequestBody {

  /** Nobody wants it, or there is none. */
  RequestBody NONE =
      new RequestBody() {
        @Override
        public boolean isPresent() {
          return false;
        }

        @Override
        public void read(Reader reader) {
          reader.end();
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}
      };

  /** Whether there is one. */
  boolean isPresent();

  /** From now on it goes to this reader; once for each request. */
  void read(Reader reader);

  /** Asks for no more pieces for now; one that is under way may still arrive. */
  void pause();

  /** Asks for more pieces again. */
  void resume();

  /** Who takes a body. */
  interface Reader {

    /** A piece of it; the reader releases it. */
    void piece(ByteBuf bytes);

    /** It is whole. */
    void end();

    /** It broke off, is too large or too slow; nothing more of it comes. */
    void failed(Refusal refusal);
  }
}
