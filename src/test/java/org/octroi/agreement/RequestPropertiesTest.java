package org.octroi.agreement;

import org.junit.jupiter.api.Test;

class RequestPropertiesTest extends RandomDeeds {

  @Test
  void whatever_anybody_tries_requests_and_agreements_keep_their_rules() throws Exception {
    play(300, System.nanoTime());
    check_that_much_was_done();
    check_texts_and_record();
  }
}
