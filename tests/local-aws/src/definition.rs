//! The table's definition, read from the CloudFormation template that is deployed.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
    TimeToLiveSpecification,
};
use saphyr::{LoadableYamlNode, Yaml};

use crate::Error;

const TEMPLATE: &str = include_str!("../../../infra/aws/template.yaml");

/// Keys and TTL attribute of the table. What only the real service has (recovery, protection,
/// encryption) is left out.
#[derive(Debug)]
pub(crate) struct TableDefinition {
    attributes: Vec<(String, ScalarAttributeType)>,
    keys: Vec<(String, KeyType)>,
    ttl_attribute: Option<String>,
}

impl TableDefinition {
    /// Reads the only `AWS::DynamoDB::Table` of the deployed template.
    pub(crate) fn deployed() -> Result<Self, Error> {
        Self::from_template(TEMPLATE)
    }

    fn from_template(template: &str) -> Result<Self, Error> {
        let documents =
            Yaml::load_from_str(template).map_err(|error| Error::Template(error.to_string()))?;
        let resources = documents
            .first()
            .and_then(|document| document.as_mapping_get("Resources"))
            .and_then(Yaml::as_mapping)
            .ok_or_else(|| Error::Template("there are no Resources".to_owned()))?;
        let tables: Vec<&Yaml<'_>> = resources
            .values()
            .filter(|resource| text(resource, "Type") == Some("AWS::DynamoDB::Table"))
            .collect();
        let [table] = tables.as_slice() else {
            return Err(Error::Template(format!(
                "there must be exactly one AWS::DynamoDB::Table, and there are {}",
                tables.len()
            )));
        };
        let properties = field(table, "Properties")?;
        for unsupported in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
            if properties.as_mapping_get(unsupported).is_some() {
                return Err(Error::Template(format!(
                    "{unsupported} are not copied to the local table"
                )));
            }
        }
        Ok(Self {
            attributes: list(properties, "AttributeDefinitions", "AttributeType")?
                .into_iter()
                .map(|(name, kind)| (name, ScalarAttributeType::from(kind.as_str())))
                .collect(),
            keys: list(properties, "KeySchema", "KeyType")?
                .into_iter()
                .map(|(name, kind)| (name, KeyType::from(kind.as_str())))
                .collect(),
            ttl_attribute: match properties.as_mapping_get("TimeToLiveSpecification") {
                Some(ttl) => text(ttl, "AttributeName").map(str::to_owned),
                None => None,
            },
        })
    }

    /// Creates the table as `name`.
    pub(crate) async fn create(&self, client: &Client, name: &str) -> Result<(), String> {
        let attributes: Result<Vec<_>, _> = self
            .attributes
            .iter()
            .map(|(name, kind)| {
                AttributeDefinition::builder()
                    .attribute_name(name)
                    .attribute_type(kind.clone())
                    .build()
            })
            .collect();
        let keys: Result<Vec<_>, _> = self
            .keys
            .iter()
            .map(|(name, kind)| {
                KeySchemaElement::builder().attribute_name(name).key_type(kind.clone()).build()
            })
            .collect();
        client
            .create_table()
            .table_name(name)
            .set_attribute_definitions(Some(attributes.map_err(|error| error.to_string())?))
            .set_key_schema(Some(keys.map_err(|error| error.to_string())?))
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await
            .map_err(|error| DisplayErrorContext(error).to_string())?;
        if let Some(attribute) = &self.ttl_attribute {
            let ttl = TimeToLiveSpecification::builder()
                .attribute_name(attribute)
                .enabled(true)
                .build()
                .map_err(|error| error.to_string())?;
            client
                .update_time_to_live()
                .table_name(name)
                .time_to_live_specification(ttl)
                .send()
                .await
                .map_err(|error| DisplayErrorContext(error).to_string())?;
        }
        Ok(())
    }
}

fn field<'a, 'input>(node: &'a Yaml<'input>, name: &str) -> Result<&'a Yaml<'input>, Error> {
    node.as_mapping_get(name).ok_or_else(|| Error::Template(format!("the table has no {name}")))
}

fn text<'a>(node: &'a Yaml<'_>, name: &str) -> Option<&'a str> {
    node.as_mapping_get(name).and_then(Yaml::as_str)
}

/// The entries of a list of `{AttributeName, <kind>}`.
fn list(properties: &Yaml<'_>, name: &str, kind: &str) -> Result<Vec<(String, String)>, Error> {
    field(properties, name)?
        .as_vec()
        .into_iter()
        .flatten()
        .map(|entry| match (text(entry, "AttributeName"), text(entry, kind)) {
            (Some(attribute), Some(kind)) => Ok((attribute.to_owned(), kind.to_owned())),
            _ => Err(Error::Template(format!(
                "an entry of {name} lacks AttributeName or {kind}, in plain text"
            ))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      TableName: !Sub '${AWS::StackName}-table'
";

    #[test]
    fn the_deployed_table_has_two_text_keys_and_a_ttl() {
        let deployed = TableDefinition::deployed().unwrap();
        assert_eq!(
            deployed.keys,
            [("pk".to_owned(), KeyType::Hash), ("sk".to_owned(), KeyType::Range)]
        );
        assert_eq!(
            deployed.attributes,
            [("pk".to_owned(), ScalarAttributeType::S), ("sk".to_owned(), ScalarAttributeType::S)]
        );
        assert_eq!(deployed.ttl_attribute.as_deref(), Some("expiration"));
    }

    #[test]
    fn intrinsic_functions_elsewhere_do_not_matter() {
        let template = format!(
            "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties: !GetAtt [A, B]\n  \
            Table:{TABLE}Outputs: {{A: !Ref Table}}\n"
        );
        assert_eq!(TableDefinition::from_template(&template).unwrap().keys.len(), 1);
    }

    #[test]
    fn no_table_and_two_tables_are_errors() {
        let none =
            TableDefinition::from_template("Resources: {A: {Type: AWS::IAM::Role}}").unwrap_err();
        assert!(none.to_string().contains("there are 0"), "{none}");
        let two = TableDefinition::from_template(&format!("Resources:\n  A:{TABLE}  B:{TABLE}"))
            .unwrap_err();
        assert!(two.to_string().contains("there are 2"), "{two}");
    }

    #[test]
    fn an_index_that_would_be_missing_locally_is_an_error() {
        let template = format!("Resources:\n  A:{TABLE}      GlobalSecondaryIndexes: []\n");
        assert!(TableDefinition::from_template(&template).is_err());
    }
}
