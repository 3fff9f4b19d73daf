package org.octroi.desk;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.octroi.problem.PublicAddresses;
import org.octroi.vocabulary.Id;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The description of the desk's API, at {@code /api/v1/openapi.json} (OpenAPI 3.1). An operation
 * needs a token unless the API's guard lets anybody in, which says so itself.
 */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

  private static final String TOKEN = "personalToken";

  private final SchemaNames names = new SchemaNames();

  /** In place of the library's own, which has the same name for shapes of several rooms. */
  @Bean
  ModelResolver modelResolver(ObjectMapperProvider mapper) {
    return new ModelResolver(mapper.jsonMapper(), names).openapi31(true);
  }

  /** Ids are opaque texts to the outside and numbers are numbers, whatever holds them inside. */
  @Bean
  ModelConverter valuesAsWritten() {
    return (type, context, others) -> {
      JavaType java = TypeFactory.defaultInstance().constructType(type.getType());
      if (java != null && Id.class.isAssignableFrom(java.getRawClass())) {
        return context.resolve(new AnnotatedType(UUID.class));
      }
      if (java != null && java.getRawClass() == OptionalLong.class) {
        return context.resolve(new AnnotatedType(Long.class));
      }
      return others.hasNext() ? others.next().resolve(type, context, others) : null;
    };
  }

  @Bean
  OpenApiCustomizer describedShapes() {
    return new DescribedShapes(names);
  }

  @Bean
  GlobalOperationCustomizer describedAnswers() {
    return new DescribedAnswers();
  }

  @Bean
  OpenAPI openApi(PublicAddresses addresses) {
    Components components = new Components();
    DescribedAnswers.addTo(components);
    return new OpenAPI()
        .info(
            new Info()
                .title("Octroi desk")
                .version("1")
                .description(
                    "Where holders set the terms of their data and reusers are granted access under"
                        + " them. Data itself goes out by the gate at "
                        + addresses.gate().publicUrl()
                        + ". Times are RFC 3339 in UTC, ids are opaque, unknown members are"
                        + " refused, refusals are RFC 9457 problems in French or English.")
                .license(new License().name("EUPL-1.2").identifier("EUPL-1.2")))
        .servers(List.of(new Server().url(addresses.desk().publicUrl())))
        .addSecurityItem(new SecurityRequirement().addList(TOKEN))
        .components(
            components.addSecuritySchemes(
                TOKEN,
                new SecurityScheme()
                    .type(SecurityScheme.Type.HTTP)
                    .scheme("bearer")
                    .description(
                        "A personal token, shown once when somebody registers (POST /people) or"
                            + " signs in (POST /people/tokens).")));
  }
}
