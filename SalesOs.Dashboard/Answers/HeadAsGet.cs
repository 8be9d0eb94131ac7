namespace SalesOs.Dashboard.Answers;

/// <summary>A route that answers GET answers HEAD as well, with the same status and headers; the server leaves the body out (RFC 9110, section 9.3.2).</summary>
public static class HeadAsGet
{
    public static TBuilder AnswersHeadAsGet<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is HttpMethodMetadata { HttpMethods: ["GET"] })
                {
                    endpoint.Metadata[i] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
                }
            }
        });
        return builder;
    }
}
