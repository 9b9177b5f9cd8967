//! The environment, with the rules that several variables share.

use url::Url;

use crate::SettingError;
use crate::settings::table::Setting;

/// Where the variables come from. Only what stands in the table can be read.
pub(crate) struct Variables<'a>(pub(crate) &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    /// The variable as it is set; an empty text counts as unset.
    pub(crate) fn set(&self, setting: &Setting) -> Option<String> {
        (self.0)(setting.name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The variable, else its default.
    pub(crate) fn get(&self, setting: &Setting) -> Option<String> {
        self.set(setting).or_else(|| setting.default.map(str::to_owned))
    }

    pub(crate) fn required(&self, setting: &Setting) -> Result<String, SettingError> {
        self.get(setting).ok_or_else(|| not_set(setting))
    }

    /// A number in the setting's range that has a default.
    pub(crate) fn number<N: TryFrom<i64>>(&self, setting: &Setting) -> Result<N, SettingError> {
        self.optional_number(setting)?.ok_or_else(|| not_set(setting))
    }

    /// A number in the setting's range.
    pub(crate) fn optional_number<N: TryFrom<i64>>(
        &self,
        setting: &Setting,
    ) -> Result<Option<N>, SettingError> {
        let Some(text) = self.get(setting) else { return Ok(None) };
        let (low, high) = setting.range.unwrap_or((i64::MIN, i64::MAX));
        text.parse()
            .ok()
            .filter(|number| (low..=high).contains(number))
            .and_then(|number| N::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| {
                SettingError::new(
                    setting.name,
                    format!("must be a whole number from {low} to {high}"),
                )
            })
    }

    /// One of the texts of `choices`.
    pub(crate) fn choice<T: Copy>(
        &self,
        setting: &Setting,
        choices: &[(&str, T)],
    ) -> Result<T, SettingError> {
        let wanted = self.required(setting)?;
        choices.iter().find(|(text, _)| *text == wanted).map(|&(_, value)| value).ok_or_else(|| {
            let texts: Vec<_> = choices.iter().map(|(text, _)| *text).collect();
            SettingError::new(setting.name, format!("must be {}", texts.join(" or ")))
        })
    }

    pub(crate) fn url(&self, setting: &Setting) -> Result<Option<Url>, SettingError> {
        let Some(text) = self.get(setting) else { return Ok(None) };
        Url::parse(&text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .filter(|url| url.has_host() && url.username().is_empty() && url.password().is_none())
            .filter(|url| url.query().is_none() && url.fragment().is_none())
            .map(Some)
            .ok_or_else(|| {
                SettingError::new(
                    setting.name,
                    "must be a URL such as https://proxy.example, without user, query or fragment",
                )
            })
    }

    /// CloudWatch's own rule for namespaces.
    pub(crate) fn namespace(&self, setting: &Setting) -> Result<String, SettingError> {
        let text = self.required(setting)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/#:".contains(c);
        if text.len() <= 255 && text.chars().all(allowed) && !text.starts_with("AWS/") {
            return Ok(text);
        }
        Err(SettingError::new(
            setting.name,
            "must be up to 255 letters, digits and . _ - / # : and must not begin with AWS/",
        ))
    }
}

pub(crate) fn not_set(setting: &Setting) -> SettingError {
    SettingError::new(setting.name, "is not set")
}
