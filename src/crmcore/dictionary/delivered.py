"""The entries every CRM starts with (requirement 6.1; both lists of regions merged, resolution 14.18)."""

from collections.abc import Iterator
from typing import Final

from crmcore.base.ids import fixed_id
from crmcore.dictionary.entity import DictionaryEntry, DictionaryEntryId

__all__ = ["DELIVERED_CATEGORIES", "delivered_entries", "delivered_entry_id"]

_Line = tuple[str, str, str]
"""Code, Chinese and English label."""

_LEVELS: Final[tuple[_Line, ...]] = (
    ("1", "普通客户", "Normal customer"),
    ("2", "重点开发客户", "Focus development customer"),
    ("3", "大客户", "Key customer"),
    ("4", "合作伙伴", "Partner"),
    ("5", "战略合作伙伴", "Strategic partner"),
)
_SERVICE_TYPES: Final[tuple[_Line, ...]] = (
    ("inquiry", "咨询", "Inquiry"),
    ("suggestion", "建议", "Suggestion"),
    ("complaint", "投诉", "Complaint"),
)
_REGIONS: Final[tuple[_Line, ...]] = (
    ("beijing", "北京", "Beijing"),
    ("hebei", "河北", "Hebei"),
    ("north", "华北", "North China"),
    ("northeast", "东北", "Northeast China"),
    ("shanghai", "上海", "Shanghai"),
    ("central_south", "中南", "Central and South China"),
    ("west", "西部", "West China"),
)
_STARS: Final[tuple[_Line, ...]] = (
    ("1", "一星", "One star"),
    ("2", "二星", "Two stars"),
    ("3", "三星", "Three stars"),
    ("4", "四星", "Four stars"),
    ("5", "五星", "Five stars"),
)
_INDUSTRIES: Final[tuple[_Line, ...]] = (
    ("manufacturing", "制造业", "Manufacturing"),
    ("trade", "批发零售", "Wholesale and retail"),
    ("it", "信息技术", "Information technology"),
    ("construction", "建筑业", "Construction"),
    ("finance", "金融", "Finance"),
    ("logistics", "交通物流", "Transport and logistics"),
    ("education", "教育科研", "Education and research"),
    ("health", "医疗健康", "Health"),
    ("government", "政府机构", "Government"),
    ("other", "其他", "Other"),
)
_SIZES: Final[tuple[_Line, ...]] = (
    ("1-49", "50人以下", "Fewer than 50"),
    ("50-199", "50-199人", "50 to 199"),
    ("200-999", "200-999人", "200 to 999"),
    ("1000+", "1000人以上", "1,000 or more"),
)
_CATEGORIES: Final[tuple[_Line, ...]] = (
    ("regular", "老客户", "Regular"),
    ("target", "目标客户", "Target"),
    ("potential", "潜在客户", "Potential"),
    ("partner", "合作伙伴", "Partner"),
)
_INTERACTION_TYPES: Final[tuple[_Line, ...]] = (
    ("meeting", "会谈", "Meeting"),
    ("demonstration", "产品演示", "Product demonstration"),
    ("negotiation", "商务谈判", "Negotiation"),
    ("care", "客户关怀", "Customer care"),
    ("after_sales", "售后回访", "After-sales call"),
    ("other", "其他", "Other"),
)
_CHANNELS: Final[tuple[_Line, ...]] = (
    ("phone", "电话", "Phone"),
    ("mail", "邮件", "Mail"),
    ("visit", "拜访", "Visit"),
    ("fax", "传真", "Fax"),
    ("web", "网络", "Web"),
    ("sms", "短信", "SMS"),
    ("social", "社交媒体", "Social media"),
)
_ARTICLE_CATEGORIES: Final[tuple[_Line, ...]] = (
    ("product", "产品使用", "Using the product"),
    ("fault", "故障处理", "Faults"),
    ("maintenance", "维护保养", "Maintenance"),
    ("billing", "账单与付款", "Bills and payment"),
    ("training", "培训", "Training"),
    ("other", "其他", "Other"),
)
_CARE_KINDS: Final[tuple[_Line, ...]] = (
    ("greeting", "节日问候", "Festival greeting"),
    ("visit", "回访", "Visit"),
    ("offer", "优惠", "Discount"),
    ("wish", "祝福", "Good wishes"),
    ("advice", "售前咨询", "Advice before a sale"),
    ("maintenance", "维护保养", "Maintenance"),
    ("opinion", "征求意见", "Asking for an opinion"),
    ("other", "其他", "Other"),
)
_FOLLOW_UP: Final[tuple[_Line, ...]] = (
    ("to_contact", "待联系", "To be contacted"),
    ("in_contact", "跟进中", "In contact"),
    ("waiting", "等待客户答复", "Waiting for the customer"),
    ("postponed", "暂缓跟进", "Postponed"),
)
_SALES_ACTIVITIES: Final[tuple[_Line, ...]] = (
    ("demonstration", "产品演示", "Product demonstration"),
    ("visit", "客户拜访", "Customer visit"),
    ("promotion", "促销活动", "Promotion"),
    ("other", "其他", "Other"),
)
DELIVERED_CATEGORIES: Final[dict[str, tuple[tuple[_Line, ...], bool]]] = {
    "customer_level": (_LEVELS, False),
    "service_type": (_SERVICE_TYPES, True),
    "region": (_REGIONS, True),
    "satisfaction": (_STARS, False),
    "credit": (_STARS, False),
    "industry": (_INDUSTRIES, True),
    "company_size": (_SIZES, True),
    "customer_category": (_CATEGORIES, True),
    "interaction_type": (_INTERACTION_TYPES, True),
    "interaction_channel": (_CHANNELS, True),
    "service_channel": (_CHANNELS, True),
    "article_category": (_ARTICLE_CATEGORIES, True),
    "care_kind": (_CARE_KINDS, True),
    "follow_up_status": (_FOLLOW_UP, True),
    "sales_activity_kind": (_SALES_ACTIVITIES, True),
}
"""Category to its entries and whether they are editable."""


def delivered_entry_id(category: str, code: str) -> DictionaryEntryId:
    """Answer the id of a delivered entry: made from its code, so that it exists once even if two install at a time."""
    place = next(place for place, (known, _, _) in enumerate(DELIVERED_CATEGORIES[category][0]) if known == code)
    return DictionaryEntryId(fixed_id(f"dictionary:{category}:{code}", place))


def delivered_entries() -> Iterator[DictionaryEntry]:
    """Make the delivered entries, in the order of their lists."""
    for category, (lines, editable) in DELIVERED_CATEGORIES.items():
        for place, (code, chinese, english) in enumerate(lines, start=1):
            yield DictionaryEntry(
                id=delivered_entry_id(category, code),
                category=category,
                code=code,
                label_zh=chinese,
                label_en=english,
                position=place * 10,
                editable=editable,
                version=1,
            )
