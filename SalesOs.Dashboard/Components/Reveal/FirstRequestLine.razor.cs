using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Kit;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Reveal;

/// <summary>Whether a request that is signed with the new key has come, or why the latest one was refused.</summary>
public sealed partial class FirstRequestLine
{
    [Parameter, EditorRequired]
    public FirstRequest First { get; set; } = null!;

    private string Look => First switch
    {
        FirstRequest.Arrived => "arrived",
        FirstRequest.Rejected => "refused",
        _ => "waiting",
    };

    private string At(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, CurrentUser.Zone).ToString(Words["ClockFormat"], CultureInfo.CurrentCulture);
}
