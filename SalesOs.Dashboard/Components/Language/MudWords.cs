using Microsoft.Extensions.Localization;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>MudBlazor's own words that people meet here; it brings English alone.</summary>
public sealed class MudWords(IStringLocalizer<LanguageTexts> texts) : MudLocalizer
{
    public override LocalizedString this[string key] => texts[key];
}
