package org.octroi.identity.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Hands the {@link Caller} and the {@link ExpectedVersion} to controllers that ask for them. */
@Configuration(proxyBeanMethods = false)
class CallerArguments implements WebMvcConfigurer {

  static {
    // Neither is a parameter that a caller sends by that name.
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class, ExpectedVersion.class);
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(new CallerArgument());
    resolvers.add(new VersionArgument());
  }

  private static final class CallerArgument implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer container,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
      if (authentication != null && authentication.getPrincipal() instanceof Caller caller) {
        return caller;
      }
      HttpServletRequest asked = request.getNativeRequest(HttpServletRequest.class);
      if (asked == null || asked.getRequestURI().startsWith("/api/")) {
        throw RefusedException.of(ProblemType.AUTHENTICATION_REQUIRED);
      }
      return CallerOfPage.of(asked)
          .orElseThrow(() -> new InsufficientAuthenticationException("This page is for somebody"))
          .caller()
          .get();
    }
  }

  private static final class VersionArgument implements HandlerMethodArgumentResolver {

    private static final Set<String> CONDITIONAL = Set.of("PUT", "PATCH", "DELETE");

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
      return parameter.getParameterType() == ExpectedVersion.class;
    }

    @Override
    public Object resolveArgument(
        MethodParameter parameter,
        @Nullable ModelAndViewContainer container,
        NativeWebRequest request,
        @Nullable WebDataBinderFactory binders) {
      Optional<String> field = Optional.ofNullable(request.getHeader(HttpHeaders.IF_MATCH));
      if (field.isEmpty()
          && request instanceof ServletWebRequest servlet
          && CONDITIONAL.contains(servlet.getRequest().getMethod())) {
        throw RefusedException.of(ProblemType.PRECONDITION_REQUIRED);
      }
      return ExpectedVersion.of(field);
    }
  }
}
