export const configUsage = `  config check <pipeline.yaml>
      Says what is wrong with it, each problem with its line and field.
  config schema
      Its JSON Schema, for editors.
  config import --from-commercetools
      Prints a pipeline.yaml that says what the vendor's connector is configured to do in this project, by its custom
      object; the locales are the project's languages. Needs the settings CTP_*.`;
