"""From a query to exact weights, compiled answers and estimates: what is asked, how it will be answered, the answer."""
