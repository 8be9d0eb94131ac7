using Microsoft.Extensions.Localization;
using MudBlazor;

namespace SalesOs.Dashboard.Components.Language;

/// <summary>MudBlazor's own words that people meet here; it brings English alone.</summary>
public sealed class MudWords : MudLocalizer
{
    private readonly IStringLocalizer<LanguageTexts> texts;

    public MudWords(IStringLocalizer<LanguageTexts> texts) => this.texts = texts;

    public override LocalizedString this[string key] => texts[key];
}
