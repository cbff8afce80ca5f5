"""The rules of the method a second time, in plain Python: what goes along with every bundle.

Here: nothing but rules, on Python's own library alone; a bundle of evidence copies this folder
whole.
Not here: which figures there are and what each is made of (`catalogus/`), where cells come from
(`bonnen/`, `tweede/`).
"""
