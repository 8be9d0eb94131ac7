using Microsoft.AspNetCore.Components;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>What a person sees when a page broke: no detail of the fault, but the id that finds it in the log.</summary>
public sealed partial class ErrorPage
{
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    private string? RequestId => HttpContext is null ? null : Answers.RequestId.Of(HttpContext);
}
