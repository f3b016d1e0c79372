"""The REST interface of version 3.0.

To add a route, write a module here with a view for each and a tuple ``ROUTES``, and name it in ``routes``::

    def forecast(call: Call) -> Answer:
        sensor = sensor_to_read(call)       # of ``subjects``; 401, 403 and 422 are told by the frame
        fields = call.json(TriggerFields)   # a model over ``fields.Kebab`` or ``fields.Snake``
        return Answer({"values": …})        # or ``Answer.accepted(job.id, "forecast", …)``

    ROUTES = (Route("GET", "/sensors/<int:sensor_id>/…", forecast, "Get …", Access.READ, query=…),)

Views run in a transaction and raise errors of the domain, which ``refusals`` tells. An answer that is
``pending`` is asked for again for a moment before it is sent. ``jobs.job_to_read`` and ``jobs.phrase`` tell
of jobs. The OpenAPI document and the list of services follow from the routes.
"""
