package org.octroi.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.octroi.agreement.RequestState.Step;

class RequestStateTest {

  @Property
  void whatever_is_tried_a_closed_request_stays_as_it_is(@ForAll @Size(max = 12) List<Step> steps) {
    RequestState state = RequestState.DRAFT;
    boolean closed = false;
    for (Step step : steps) {
      RequestState next = state.after(step).orElse(state);
      if (closed) {
        assertThat(next).isEqualTo(state);
      }
      state = next;
      closed = state.isClosed();
    }
  }

  @Property
  void a_request_is_approved_once_at_most_and_never_undone(
      @ForAll @Size(max = 12) List<Step> steps) {
    RequestState state = RequestState.DRAFT;
    int approvals = 0;
    for (Step step : steps) {
      if (state.after(step).isPresent()) {
        state = state.after(step).get();
        approvals += state == RequestState.APPROVED ? 1 : 0;
      }
    }
    assertThat(approvals).isLessThanOrEqualTo(1);
    assertThat(approvals == 1).isEqualTo(state == RequestState.APPROVED);
  }

  @Property
  void no_reviewer_decides_on_what_was_not_sent(@ForAll @Size(max = 12) List<Step> steps) {
    RequestState state = RequestState.DRAFT;
    for (Step step : steps) {
      if (state == RequestState.DRAFT) {
        assertThat(state.after(Step.APPROVE)).isEmpty();
        assertThat(state.after(Step.APPROVE_FIRST)).isEmpty();
        assertThat(state.after(Step.REFUSE)).isEmpty();
      }
      state = state.after(step).orElse(state);
    }
  }

  @Property
  void its_word_is_read_back(@ForAll RequestState state) {
    assertThat(RequestState.of(state.word())).isEqualTo(state);
  }
}
