"""What a native chart is drawn from, and the workbook that *Edit data* opens."""

from __future__ import annotations

import io
from typing import Any

from pptx.chart.data import CategoryChartData
from xlsxwriter import Workbook


class Data(CategoryChartData):
    """Chart data whose workbook takes no text for a formula or a link, whatever it begins with."""

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook: categories down the first column, a series in each column after it."""
        out = io.BytesIO()
        book = Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet()
        number = book.add_format({"num_format": self.number_format})
        every: list[Any] = list(self)
        for row, category in enumerate(self.categories, 1):
            sheet.write_string(row, 0, str(category.label))
        for column, series in enumerate(every, 1):
            sheet.write_string(0, column, str(series.name))
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    sheet.write_number(row, column, value, number)
        book.close()
        return out.getvalue()
