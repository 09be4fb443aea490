"""What the desk can offer: stays and tables that are really free, and the nearest thing when they are not."""

from core.availability.stay_search import StayOffer, StaySearch, nearest_stays, search_stays
from core.availability.table_search import TableOffer, TableSearch, nearest_tables, search_tables

__all__ = [
    "StayOffer",
    "StaySearch",
    "TableOffer",
    "TableSearch",
    "nearest_stays",
    "nearest_tables",
    "search_stays",
    "search_tables",
]
